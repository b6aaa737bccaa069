#include "depinsat/framing/bbframe.h"

#include "depinsat/framing/bb_scrambler.h"
#include "fec_vectors.h"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <algorithm>

namespace bdata = boost::unit_test::data;
using namespace depinsat;
using namespace depinsat::framing;

namespace {

/// A scrambled frame with any DFL, sound but for that.
std::vector<uint8_t> frame_with_dfl(size_t bytes, uint16_t dfl)
{
    std::vector<uint8_t> frame(bytes, 0xA5);
    std::ranges::copy(encode_bbheader({.data_field_bits = dfl}), frame.begin());
    bb_scramble(frame);
    return frame;
}

} // namespace

BOOST_DATA_TEST_CASE(golden_bbframes_are_parsed_and_built_again,
                     bdata::make(test::kFecChains),
                     chain)
{
    const auto plain = test::read_stage(chain, ".bbframe.bin");
    auto codeword = test::read_stage(chain, ".bch.bin"); // scrambled BBFRAME and parity
    const std::vector<uint8_t> scrambled(codeword.begin(), codeword.begin() + plain.size());

    auto received = scrambled;
    const auto frame = parse_bbframe(received);
    BOOST_REQUIRE(frame.has_value());
    BOOST_TEST(std::ranges::equal(frame->data_field, std::span(plain).subspan(kBbHeaderBytes)));

    std::vector<uint8_t> built(plain.size());
    build_bbframe(frame->header, frame->data_field, built);
    BOOST_TEST((built == scrambled));
}

BOOST_DATA_TEST_CASE(a_data_field_of_any_length_survives_with_zeros_behind_it,
                     bdata::make({0, 1, 868, 869}),
                     length)
{
    std::mt19937 rng(1);
    const auto data_field = test::random_bytes(length, rng);
    std::vector<uint8_t> frame(7032 / 8, 0xFF);
    build_bbframe({.isi = 3, .data_field_bits = 12345}, data_field, frame);

    const auto parsed = parse_bbframe(frame);
    BOOST_REQUIRE(parsed.has_value());
    BOOST_TEST(parsed->header.isi == 3);
    BOOST_TEST(parsed->header.data_field_bits == 8 * length);
    BOOST_TEST(std::ranges::equal(parsed->data_field, data_field));
    const auto padding = std::span(frame).subspan(kBbHeaderBytes + length);
    BOOST_TEST(std::ranges::all_of(padding, [](uint8_t byte) { return byte == 0; }));
}

BOOST_AUTO_TEST_CASE(a_data_field_longer_than_the_frame_is_refused)
{
    constexpr size_t kBytes = 7032 / 8;
    auto longest = frame_with_dfl(kBytes, 7032 - 80);
    BOOST_TEST(parse_bbframe(longest).has_value());
    for (const uint16_t dfl : {uint16_t(7032 - 79), uint16_t(7032), uint16_t(65535)}) {
        auto frame = frame_with_dfl(kBytes, dfl);
        BOOST_TEST(!parse_bbframe(frame).has_value());
    }
}

BOOST_AUTO_TEST_CASE(odd_bits_are_rounded_up_to_a_byte_and_counted_in_the_header)
{
    auto frame = frame_with_dfl(7032 / 8, 17);
    const auto parsed = parse_bbframe(frame);
    BOOST_REQUIRE(parsed.has_value());
    BOOST_TEST(parsed->header.data_field_bits == 17);
    BOOST_TEST(parsed->data_field.size() == 3u);
}

BOOST_AUTO_TEST_CASE(a_damaged_header_is_refused)
{
    for (size_t bit = 0; bit < 80; ++bit) {
        auto frame = frame_with_dfl(879, 800);
        frame[bit / 8] ^= uint8_t(0x80 >> bit % 8);
        BOOST_TEST(!parse_bbframe(frame).has_value());
    }
}

BOOST_AUTO_TEST_CASE(the_zero_codeword_of_a_dead_channel_is_no_bbframe)
{
    std::vector<uint8_t> frame(7032 / 8); // passes LDPC and BCH checks
    BOOST_TEST(!parse_bbframe(frame).has_value());
}
