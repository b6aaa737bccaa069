#include "depinsat/fec/viterbi_decoder.h"

#include "allocation_counter.h"
#include "ccsds_vectors.h"
#include "convolutional_frames.h"
#include "random_bytes.h"
#include "simd_targets.h"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>

namespace bdata = boost::unit_test::data;
using namespace depinsat;

namespace {

std::vector<Llr>
clean_llrs(const fec::ConvolutionalCode& code, std::span<const uint8_t> message, int strength)
{
    const auto frame = test::convolutional_frame(code, message);
    std::vector<Llr> llrs(fec::terminated_bits(code, message.size()));
    for (size_t i = 0; i < llrs.size(); ++i)
        llrs[i] = {int8_t(get_bit(frame, i) ? -strength : strength)};
    return llrs;
}

} // namespace

BOOST_DATA_TEST_CASE(clean_frames_of_every_rate_and_length_come_back,
                     bdata::make(test::simd_targets()) *
                         bdata::make({1, 2, 3, 5, 6, 7, 8, 9, 11, 12, 15, 23, 24, 25, 100,
                                      1020}),
                     target,
                     bytes)
{
    const test::OnlyTarget only(target);
    std::mt19937 rng(1);
    for (const auto& code : fec::convolutional_codes()) {
        fec::ViterbiDecoder decoder(code, 1020);
        for (const int strength : {1, 8, 127}) {
            const auto message = test::random_bytes(size_t(bytes), rng);
            std::vector<uint8_t> decoded(message.size());
            BOOST_TEST(decoder.decode(clean_llrs(code, message, strength), decoded));
            BOOST_TEST((decoded == message), code.name << ", strength " << strength);
        }
    }
}

BOOST_AUTO_TEST_CASE(the_golden_frame_decodes)
{
    const auto vectors = test::read_ccsds_vectors("convolutional.json").at("vectors");
    const auto& code = fec::find_convolutional_code("k7_1-2");
    for (const auto& vector : vectors) {
        const auto message = test::from_hex(vector.at("input_hex"));
        const auto bits = test::from_hex(vector.at("output_rate_1_2_G2_inverted_hex"));
        auto llrs = clean_llrs(code, message, 20); // for its tail; the rest from the vector
        for (size_t i = 0; i < 8 * bits.size(); ++i)
            llrs[i] = {int8_t(get_bit(bits, i) ? -20 : 20)};
        std::vector<uint8_t> decoded(message.size());
        fec::ViterbiDecoder decoder(code, message.size());
        BOOST_TEST(decoder.decode(llrs, decoded));
        BOOST_TEST((decoded == message));
    }
}

// The free distance is 10: any four wrong bits, as strong as the right ones, are corrected.
BOOST_AUTO_TEST_CASE(four_wrong_bits_anywhere_are_corrected)
{
    std::mt19937 rng(2);
    const auto& code = fec::find_convolutional_code("k7_1-2");
    fec::ViterbiDecoder decoder(code, 30);
    for (int round = 0; round < 500; ++round) {
        const auto message = test::random_bytes(30, rng);
        auto llrs = clean_llrs(code, message, 30);
        const size_t first = rng() % (llrs.size() - 16);
        for (int i = 0; i < 4; ++i) {
            auto& llr = llrs[first + rng() % 16];
            llr = Llr{} - llr;
        }
        std::vector<uint8_t> decoded(30);
        BOOST_TEST(decoder.decode(llrs, decoded));
        BOOST_TEST((decoded == message));
    }
}

BOOST_AUTO_TEST_CASE(the_scale_of_the_llrs_does_not_matter)
{
    std::mt19937 rng(3);
    const auto& code = fec::find_convolutional_code("k7_1-2");
    fec::ViterbiDecoder decoder(code, 500);
    size_t errors[3] = {};
    for (int round = 0; round < 20; ++round) {
        const auto message = test::random_bytes(500, rng);
        const auto frame = test::convolutional_frame(code, message);
        const auto llrs = test::bpsk_llrs(frame, fec::terminated_bits(code, 500),
                                          test::esn0_db(code, 2.0), rng);
        size_t which = 0;
        for (const float scale : {0.5f, 1.0f, 2.0f}) {
            std::vector<float> scaled;
            for (const float llr : llrs)
                scaled.push_back(scale * llr);
            std::vector<uint8_t> decoded(500);
            BOOST_REQUIRE(decoder.decode(test::quantised(scaled), decoded));
            errors[which++] += test::different_bits(message, decoded);
        }
    }
    BOOST_TEST(errors[1] > 100u); // there is something to compare
    for (const size_t count : errors)
        BOOST_TEST(std::abs(double(count) / double(errors[1]) - 1) < 0.1);
}

BOOST_AUTO_TEST_CASE(nothing_known_gives_zeros)
{
    for (const auto& code : fec::convolutional_codes()) {
        fec::ViterbiDecoder decoder(code, 100);
        const std::vector<Llr> llrs(fec::terminated_bits(code, 100));
        std::vector<uint8_t> decoded(100, 0xFF);
        BOOST_TEST(decoder.decode(llrs, decoded));
        BOOST_TEST((decoded == std::vector<uint8_t>(100)));
    }
}

BOOST_AUTO_TEST_CASE(wrong_lengths_are_refused_and_nothing_is_written)
{
    for (const auto& code : fec::convolutional_codes()) {
        fec::ViterbiDecoder decoder(code, 100);
        for (const size_t bytes : {0, 1, 99, 100, 101})
            for (const long extra : {-1L, 0L, 1L}) {
                const auto right = long(fec::terminated_bits(code, bytes));
                const std::vector<Llr> llrs(size_t(right + extra), Llr{5});
                std::vector<uint8_t> decoded(bytes, 0xA5);
                const bool good = extra == 0 && bytes > 0 && bytes <= 100;
                BOOST_TEST(decoder.decode(llrs, decoded) == good);
                if (!good)
                    BOOST_TEST((decoded == std::vector<uint8_t>(bytes, 0xA5)));
            }
    }
    const auto& code = fec::convolutional_codes().front();
    BOOST_CHECK_THROW(fec::ViterbiDecoder(code, 0), std::invalid_argument);
    BOOST_CHECK_THROW(fec::ViterbiDecoder(code, (size_t(1) << 24) + 1), std::invalid_argument);
}

BOOST_AUTO_TEST_CASE(decoding_allocates_nothing)
{
    std::mt19937 rng(5);
    for (const auto& code : fec::convolutional_codes()) {
        fec::ViterbiDecoder decoder(code, 300);
        const auto message = test::random_bytes(300, rng);
        const auto llrs = clean_llrs(code, message, 9);
        std::vector<uint8_t> decoded(300);
        const size_t before = test::allocations();
        BOOST_REQUIRE(before > 0); // it does count
        const bool done = decoder.decode(llrs, decoded);
        BOOST_TEST(test::allocations() == before);
        BOOST_TEST(done);
        BOOST_TEST((decoded == message));
    }
}
