#include "depinsat/fec/cltu.h"

#include "allocation_counter.h"
#include "ccsds_vectors.h"
#include "depinsat/core/bits.h"
#include "depinsat/fec/tc_randomizer.h"
#include "random_bytes.h"

#include <boost/test/unit_test.hpp>

#include <bit>

using namespace depinsat;
using fec::CltuDecoder;

namespace {

struct Received {
    std::vector<uint8_t> data;
    unsigned corrected;
    bool cut_off;
    bool tail;
};

std::vector<uint8_t> encoded(const std::vector<uint8_t>& frames, bool randomize)
{
    std::vector<uint8_t> cltu(fec::cltu_bytes(frames.size()));
    BOOST_REQUIRE(fec::encode_cltu(frames, randomize, cltu));
    return cltu;
}

auto collect(std::vector<Received>& all)
{
    return [&all](const CltuDecoder::Cltu& cltu) {
        all.push_back(
            {{cltu.data.begin(), cltu.data.end()}, cltu.corrected, cltu.cut_off, cltu.tail});
    };
}

std::vector<Received> decoded(const CltuDecoder::Options& options,
                              const std::vector<uint8_t>& octets)
{
    std::vector<Received> all;
    CltuDecoder decoder(options);
    decoder.push(octets, collect(all));
    return all;
}

void append(std::vector<uint8_t>& to, const std::vector<uint8_t>& more)
{
    to.insert(to.end(), more.begin(), more.end());
}

/// The same bits, some zeros later.
std::vector<uint8_t> delayed(const std::vector<uint8_t>& octets, unsigned bits)
{
    std::vector<uint8_t> out((8 * octets.size() + bits + 7) / 8);
    for (size_t i = 0; i < 8 * octets.size(); ++i)
        if (get_bit(octets, i))
            flip_bit(out, i + bits);
    return out;
}

bool starts_with(const std::vector<uint8_t>& data, const std::vector<uint8_t>& frame)
{
    return data.size() >= frame.size() && std::equal(frame.begin(), frame.end(), data.begin());
}

} // namespace

BOOST_AUTO_TEST_CASE(golden_cltus)
{
    const auto file = test::read_ccsds_vectors("frames_and_tc.json");
    unsigned checked = 0;
    for (const auto& vector : file.at("vectors")) {
        const std::string name = vector.at("name");
        if (name.find("CLTU with") != 0)
            continue;
        const bool randomized = name.find("CLTU without") != 0;
        const auto frame = test::from_hex(vector.at("parameters").at("tc_frame_hex"));
        const auto cltu = test::from_hex(vector.at("expected_hex"));
        BOOST_TEST((encoded(frame, randomized) == cltu), name);
        const auto all = decoded({.randomized = randomized}, cltu);
        BOOST_REQUIRE(all.size() == 1u);
        BOOST_TEST(starts_with(all[0].data, frame));
        BOOST_TEST(all[0].corrected == 0u);
        ++checked;
    }
    BOOST_TEST(checked == 2u);
}

BOOST_AUTO_TEST_CASE(the_randomiser_begins_as_printed_and_has_period_255)
{
    std::vector<uint8_t> zeros(600);
    fec::tc_randomize(zeros);
    const auto printed = test::from_hex("FF399E5A68E906F5");
    BOOST_TEST(starts_with(zeros, printed));
    for (size_t i = 0; i + 255 < 8 * zeros.size(); ++i)
        BOOST_REQUIRE(get_bit(zeros, i) == get_bit(zeros, i + 255));
    fec::tc_randomize(zeros);
    BOOST_TEST((zeros == std::vector<uint8_t>(600)));
}

BOOST_AUTO_TEST_CASE(sequences_are_those_of_the_standard)
{
    std::ifstream in(DEPINSAT_DATA "/ccsds/tc_coding.json");
    const auto facts = nlohmann::json::parse(in).at("cltu");
    const auto equal = [&facts](const auto& sequence, const char* key) {
        return std::ranges::equal(sequence, test::from_hex(facts.at(key)));
    };
    BOOST_TEST(equal(fec::kCltuStart, "bch_start_hex"));
    BOOST_TEST(equal(fec::kCltuTail, "bch_tail_hex"));
    BOOST_TEST(equal(fec::kCltuLdpcStart, "ldpc_start_hex"));
    BOOST_TEST(equal(fec::kCltuLdpc128Tail, "ldpc_128_64_tail_hex_corrigendum_1"));
    BOOST_TEST(equal(fec::kCltuLdpc128TailEarlier, "ldpc_128_64_tail_hex_earlier"));
}

BOOST_AUTO_TEST_CASE(the_tail_is_no_codeword_nor_near_one)
{
    for (const auto mode : {fec::TcBchMode::kDetect, fec::TcBchMode::kCorrect}) {
        auto tail = fec::kCltuTail;
        BOOST_TEST(!fec::tc_bch_decode(tail, mode).has_value());
    }
}

BOOST_AUTO_TEST_CASE(frames_of_any_length_at_any_bit_come_back)
{
    std::mt19937 rng(1);
    for (const size_t bytes : {1, 6, 7, 8, 13, 14, 15, 255, 256, 1024})
        for (unsigned shift = 0; shift < 8; ++shift)
            for (const auto mode : {fec::TcBchMode::kDetect, fec::TcBchMode::kCorrect}) {
                const auto frame = test::random_bytes(bytes, rng);
                const bool randomized = shift % 2 == 0;
                std::vector<uint8_t> octets(9, 0x55); // acquisition
                append(octets, encoded(frame, randomized));
                append(octets, std::vector<uint8_t>(9, 0x55));
                const auto all =
                    decoded({.mode = mode, .randomized = randomized}, delayed(octets, shift));
                BOOST_REQUIRE(all.size() == 1u);
                BOOST_TEST(all[0].data.size() == (bytes + 6) / 7 * 7);
                BOOST_TEST(starts_with(all[0].data, frame));
                BOOST_TEST(!all[0].cut_off);
                BOOST_TEST(all[0].tail);
            }
}

BOOST_AUTO_TEST_CASE(cltus_one_behind_the_other_and_in_pieces)
{
    std::mt19937 rng(2);
    std::vector<std::vector<uint8_t>> frames;
    std::vector<uint8_t> octets;
    for (int i = 0; i < 20; ++i) {
        frames.push_back(test::random_bytes(1 + rng() % 60, rng));
        append(octets, encoded(frames.back(), true));
    }
    CltuDecoder decoder({});
    std::vector<Received> all;
    for (size_t at = 0; at < octets.size();) {
        const size_t count = std::min<size_t>(rng() % 5, octets.size() - at);
        decoder.push(std::span(octets).subspan(at, count), collect(all));
        at += count;
    }
    BOOST_REQUIRE(all.size() == frames.size());
    for (size_t i = 0; i < frames.size(); ++i)
        BOOST_TEST(starts_with(all[i].data, frames[i]));
}

BOOST_AUTO_TEST_CASE(one_error_in_each_codeblock_and_in_the_start_is_corrected)
{
    std::mt19937 rng(3);
    const auto frame = test::random_bytes(70, rng);
    auto cltu = encoded(frame, true);
    flip_bit(cltu, 5);
    for (size_t block = 0; block < 10; ++block)
        flip_bit(cltu, 16 + 64 * block + rng() % 63);
    const auto all = decoded({}, cltu);
    BOOST_REQUIRE(all.size() == 1u);
    BOOST_TEST((all[0].data == frame));
    BOOST_TEST(all[0].corrected == 10u);
    BOOST_TEST(decoded({.mode = fec::TcBchMode::kDetect}, cltu).empty());
}

BOOST_AUTO_TEST_CASE(two_errors_end_the_cltu_before_that_codeblock)
{
    std::mt19937 rng(4);
    const auto frame = test::random_bytes(70, rng);
    auto cltu = encoded(frame, true);
    flip_bit(cltu, 16 + 64 * 4 + 3);
    flip_bit(cltu, 16 + 64 * 4 + 40);
    const auto all = decoded({}, cltu);
    BOOST_REQUIRE(!all.empty());
    BOOST_TEST(all[0].data.size() == 28u);
    BOOST_TEST(!all[0].tail);
    BOOST_TEST((std::equal(all[0].data.begin(), all[0].data.end(), frame.begin())));
}

// A start sequence in the noise just before a CLTU must not cost the CLTU.
BOOST_AUTO_TEST_CASE(a_false_start_does_not_hide_the_true_one)
{
    std::mt19937 rng(5);
    const auto frame = test::random_bytes(21, rng);
    std::vector<uint8_t> octets{0xEB, 0x90, 0x12, 0x34};
    append(octets, encoded(frame, true));
    const auto all = decoded({.mode = fec::TcBchMode::kDetect}, octets);
    BOOST_REQUIRE(all.size() == 1u);
    BOOST_TEST((all[0].data == frame));
}

BOOST_AUTO_TEST_CASE(a_cltu_without_end_is_cut_off_at_the_limit)
{
    std::vector<uint8_t> octets{0xEB, 0x90};
    for (int i = 0; i < 100; ++i)
        append(octets, test::from_hex("00000000000000FE"));
    const auto all = decoded({.randomized = false, .max_codeblocks = 10}, octets);
    BOOST_REQUIRE(all.size() == 1u);
    BOOST_TEST(all[0].cut_off);
    BOOST_TEST(!all[0].tail);
    BOOST_TEST((all[0].data == std::vector<uint8_t>(70)));
}

BOOST_AUTO_TEST_CASE(a_tail_with_some_errors_is_still_the_tail)
{
    std::mt19937 rng(8);
    const auto frame = test::random_bytes(21, rng);
    for (const int errors : {fec::kCltuTailErrors, fec::kCltuTailErrors + 2}) {
        auto cltu = encoded(frame, true);
        for (int i = 0; i < errors; ++i)
            flip_bit(cltu, 8 * (cltu.size() - 8) + 6 * size_t(i));
        const auto all = decoded({.mode = fec::TcBchMode::kDetect}, cltu);
        BOOST_REQUIRE(all.size() == 1u);
        BOOST_TEST((all[0].data == frame));
        BOOST_TEST(all[0].tail == (errors <= fec::kCltuTailErrors));
    }
}

BOOST_AUTO_TEST_CASE(the_end_of_the_signal_ends_the_cltu)
{
    std::mt19937 rng(6);
    const auto frame = test::random_bytes(35, rng);
    auto cltu = encoded(frame, true);
    cltu.erase(cltu.end() - 12, cltu.end()); // tail and half a codeblock gone
    CltuDecoder decoder({});
    std::vector<Received> all;
    decoder.push(cltu, collect(all));
    BOOST_TEST(all.empty());
    decoder.finish(collect(all));
    BOOST_REQUIRE(all.size() == 1u);
    BOOST_TEST((all[0].data == std::vector<uint8_t>(frame.begin(), frame.begin() + 28)));
    BOOST_TEST(!all[0].tail);
    decoder.finish(collect(all));
    BOOST_TEST(all.size() == 1u);
}

BOOST_AUTO_TEST_CASE(noise_gives_short_cltus_only_and_a_good_one_follows)
{
    std::mt19937 rng(7);
    CltuDecoder decoder({.mode = fec::TcBchMode::kDetect});
    std::vector<Received> all;
    decoder.push(test::random_bytes(1 << 20, rng), collect(all));
    // 8.4 million bits: 128 false starts, each followed by a good codeblock once in 128.
    BOOST_TEST(all.size() < 10u);
    for (const auto& cltu : all)
        BOOST_TEST(cltu.data.size() <= 14u);
    all.clear();
    decoder.push(std::vector<uint8_t>(20, 0x55), collect(all));
    const auto frame = test::random_bytes(70, rng);
    decoder.push(encoded(frame, true), collect(all));
    BOOST_REQUIRE(!all.empty());
    BOOST_TEST((all.back().data == frame));
}

BOOST_AUTO_TEST_CASE(wrong_lengths_are_refused)
{
    std::vector<uint8_t> cltu(fec::cltu_bytes(10) + 1), none;
    const std::vector<uint8_t> frame(10);
    BOOST_TEST(!fec::encode_cltu(frame, true, cltu));
    BOOST_TEST(!fec::encode_cltu(frame, true, std::span(cltu).first(cltu.size() - 2)));
    BOOST_TEST(!fec::encode_cltu(none, true, std::span(cltu).first(fec::cltu_bytes(0))));
    BOOST_TEST((cltu == std::vector<uint8_t>(cltu.size())));
    BOOST_CHECK_THROW(CltuDecoder({.max_codeblocks = 0}), std::invalid_argument);
    BOOST_CHECK_THROW(CltuDecoder({.max_codeblocks = (1 << 20) + 1}), std::invalid_argument);
}

BOOST_AUTO_TEST_CASE(encoding_and_decoding_allocate_nothing)
{
    std::mt19937 rng(8);
    const auto frame = test::random_bytes(500, rng);
    std::vector<uint8_t> cltu(fec::cltu_bytes(500));
    CltuDecoder decoder({});
    unsigned seen = 0;
    const size_t before = test::allocations();
    BOOST_REQUIRE(before > 0);
    fec::encode_cltu(frame, true, cltu);
    decoder.push(cltu, [&seen](const CltuDecoder::Cltu&) { ++seen; });
    BOOST_TEST(test::allocations() == before);
    BOOST_TEST(seen == 1u);
}
