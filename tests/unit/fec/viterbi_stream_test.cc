#include "depinsat/fec/viterbi_stream.h"

#include "allocation_counter.h"
#include "convolutional_frames.h"
#include "depinsat/fec/viterbi_decoder.h"
#include "random_bytes.h"
#include "simd_targets.h"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>

namespace bdata = boost::unit_test::data;
using namespace depinsat;
using fec::ViterbiStreamDecoder;

namespace {

std::vector<uint8_t> decoded_in_pieces(ViterbiStreamDecoder& decoder,
                                       const std::vector<Llr>& llrs,
                                       size_t longest_piece,
                                       bool terminated,
                                       std::mt19937& rng)
{
    std::vector<uint8_t> out, room(ViterbiStreamDecoder::most_bytes(longest_piece));
    for (size_t at = 0; at < llrs.size();) {
        const size_t count = std::min<size_t>(rng() % (longest_piece + 1), llrs.size() - at);
        const size_t bytes = decoder.decode(std::span(llrs).subspan(at, count), room);
        out.insert(out.end(), room.begin(), room.begin() + long(bytes));
        at += count;
    }
    const size_t bytes = decoder.finish(terminated, room);
    out.insert(out.end(), room.begin(), room.begin() + long(bytes));
    return out;
}

std::vector<Llr> noisy(const fec::ConvolutionalCode& code,
                       const std::vector<uint8_t>& message,
                       double ebn0_db,
                       std::mt19937& rng)
{
    return test::quantised(test::bpsk_llrs(test::convolutional_frame(code, message),
                                           fec::terminated_bits(code, message.size()),
                                           test::esn0_db(code, ebn0_db), rng));
}

} // namespace

BOOST_DATA_TEST_CASE(pieces_of_any_size_give_the_whole_stream,
                     bdata::make(test::simd_targets()) *
                         bdata::make({0, 1, 2, 239, 240, 241, 263, 264, 265, 2000}) *
                         bdata::make({7u, 5000u}),
                     target,
                     bytes,
                     longest_piece)
{
    const test::OnlyTarget only(target);
    std::mt19937 rng(1);
    for (const auto& code : fec::convolutional_codes()) {
        ViterbiStreamDecoder decoder(code);
        for (int round = 0; round < 2; ++round) { // finish() begins anew
            const auto message = test::random_bytes(size_t(bytes), rng);
            const auto llrs = noisy(code, message, 12.0, rng);
            const auto out = decoded_in_pieces(decoder, llrs, longest_piece, true, rng);
            BOOST_TEST((out == message), code.name);
        }
    }
}

BOOST_AUTO_TEST_CASE(an_open_end_costs_only_the_last_bits)
{
    std::mt19937 rng(2);
    for (const auto& code : fec::convolutional_codes()) {
        ViterbiStreamDecoder decoder(code);
        const auto message = test::random_bytes(1000, rng);
        auto llrs = noisy(code, message, 12.0, rng);
        llrs.resize(fec::coded_bits(code, 8 * message.size()));
        auto out = decoded_in_pieces(decoder, llrs, 300, false, rng);
        BOOST_REQUIRE(out.size() == message.size());
        out.resize(990);
        BOOST_TEST((std::equal(out.begin(), out.end(), message.begin())), code.name);
    }
}

BOOST_AUTO_TEST_CASE(a_stream_joined_in_the_middle_decodes_after_a_few_bits)
{
    std::mt19937 rng(3);
    const auto& code = fec::find_convolutional_code("k7_1-2");
    ViterbiStreamDecoder decoder(code);
    const auto message = test::random_bytes(1000, rng);
    auto llrs = noisy(code, message, 12.0, rng);
    llrs.erase(llrs.begin(), llrs.begin() + 2 * 8 * 100);
    const auto out = decoded_in_pieces(decoder, llrs, 300, true, rng);
    BOOST_REQUIRE(out.size() == 900u);
    BOOST_TEST((std::equal(out.begin() + 8, out.end(), message.begin() + 108)));
}

// The decision depth is long enough if a stream has no more errors than one long frame.
BOOST_AUTO_TEST_CASE(streams_are_as_good_as_frames)
{
    std::mt19937 rng(4);
    for (const auto& [name, ebn0_db] : {std::pair("k7_1-2", 2.5), std::pair("k7_7-8", 4.8)}) {
        const auto& code = fec::find_convolutional_code(name);
        const auto message = test::random_bytes(40000, rng);
        const auto llrs = noisy(code, message, ebn0_db, rng);
        ViterbiStreamDecoder stream(code);
        fec::ViterbiDecoder frame(code, message.size());
        const auto out = decoded_in_pieces(stream, llrs, 4000, true, rng);
        std::vector<uint8_t> whole(message.size());
        BOOST_REQUIRE(frame.decode(llrs, whole));
        const size_t of_stream = test::different_bits(message, out);
        const size_t of_frame = test::different_bits(message, whole);
        BOOST_TEST_MESSAGE(name << ": stream " << of_stream << ", frame " << of_frame);
        BOOST_TEST(of_frame > 100u);
        BOOST_TEST(double(of_stream) <= 1.1 * double(of_frame));
    }
}

BOOST_AUTO_TEST_CASE(decoding_allocates_nothing)
{
    std::mt19937 rng(5);
    for (const auto& code : fec::convolutional_codes()) {
        ViterbiStreamDecoder decoder(code);
        const auto message = test::random_bytes(3000, rng);
        const auto llrs = noisy(code, message, 12.0, rng);
        std::vector<uint8_t> room(ViterbiStreamDecoder::most_bytes(llrs.size()));
        const size_t before = test::allocations();
        BOOST_REQUIRE(before > 0);
        const size_t written = decoder.decode(llrs, room);
        const size_t rest = decoder.finish(true, std::span(room).subspan(written));
        BOOST_TEST(test::allocations() == before, code.name);
        BOOST_TEST(written + rest == message.size());
    }
}

// As of ViterbiDecoder: a convolutional code can't tell, but what comes out has its length.
BOOST_AUTO_TEST_CASE(nothing_known_gives_zeros_and_certainty_what_it_says)
{
    std::mt19937 rng(6);
    for (const auto& code : fec::convolutional_codes()) {
        ViterbiStreamDecoder decoder(code);
        const auto message = test::random_bytes(900, rng);
        auto certain = noisy(code, message, 12.0, rng);
        for (Llr& llr : certain)
            llr.value = llr.value < 0 ? -kLlrMax : kLlrMax;
        const std::vector<Llr> unknown(certain.size());
        BOOST_TEST((decoded_in_pieces(decoder, unknown, 500, true, rng) ==
                    std::vector<uint8_t>(message.size())));
        BOOST_TEST((decoded_in_pieces(decoder, certain, 500, true, rng) == message));
    }
}
