#include "depinsat/fec/bch_decoder.h"

#include "allocation_counter.h"
#include "depinsat/core/bits.h"
#include "depinsat/fec/bch_encoder.h"
#include "fec_vectors.h"
#include "miscorrection.h"

#include <boost/test/unit_test.hpp>

#include <set>

using namespace depinsat;

namespace {

std::vector<uint8_t> random_codeword(const fec::BchCode& code, std::mt19937& rng)
{
    std::vector<uint8_t> codeword(code.n / 8);
    fec::BchEncoder(code).encode(test::random_bytes(message_bytes(code), rng), codeword);
    return codeword;
}

void flip_random_bits(std::vector<uint8_t>& codeword, size_t count, std::mt19937& rng)
{
    std::set<size_t> positions;
    while (positions.size() < count)
        positions.insert(rng() % (8 * codeword.size()));
    for (const size_t position : positions)
        flip_bit(codeword, position);
}

} // namespace

BOOST_AUTO_TEST_CASE(every_code_corrects_up_to_t_errors_and_counts_them)
{
    std::mt19937 rng(1);
    for (const fec::BchCode& code : fec::bch_codes()) {
        fec::BchDecoder decoder(code);
        const auto sent = random_codeword(code, rng);
        for (unsigned errors = 0; errors <= code.t; ++errors) {
            BOOST_TEST_CONTEXT(code.name << ", " << errors << " errors")
            {
                auto received = sent;
                flip_random_bits(received, errors, rng);
                const auto corrected = decoder.decode(received);
                BOOST_REQUIRE(corrected.has_value());
                BOOST_TEST(*corrected == errors);
                BOOST_TEST((received == sent));
            }
        }
    }
}

// Each t (8, 10, 12) and size of frame: theory expects less than one mistake in all; six would
// be as good as impossible. miscorrection_slow_test counts some.
BOOST_AUTO_TEST_CASE(one_error_more_is_mistaken_no_more_often_than_theory_allows)
{
    double expected = 0;
    unsigned mistaken = 0;
    for (const char* name : {"s2_normal_9-10", "s2_normal_5-6", "s2_normal_1-2",
                             "s2x_medium_1-3", "s2_short_8-9"}) {
        const auto count = test::bch_miscorrections(fec::find_bch_code(name), 5000, 6);
        expected += count.expected;
        mistaken += count.mistaken;
    }
    BOOST_TEST(expected < 1);
    BOOST_TEST(mistaken < 6u);
}

BOOST_AUTO_TEST_CASE(one_error_more_is_reported_and_the_word_left_alone)
{
    std::mt19937 rng(2);
    unsigned words = 0, mistaken = 0;
    for (const fec::BchCode& code : fec::bch_codes()) {
        fec::BchDecoder decoder(code);
        const auto sent = random_codeword(code, rng);
        for (const unsigned extra : {1u, 2u, 20u}) {
            auto received = sent;
            flip_random_bits(received, code.t + extra, rng);
            const auto before = received;
            ++words;
            if (decoder.decode(received).has_value())
                ++mistaken; // possible, about once in t! words
            else
                BOOST_TEST((received == before));
        }
    }
    BOOST_TEST(words == 165u);
    BOOST_TEST(mistaken == 0u);
}

BOOST_AUTO_TEST_CASE(errors_at_both_ends_and_in_the_parity_are_corrected)
{
    std::mt19937 rng(3);
    const auto& code = fec::find_bch_code("s2_normal_1-2");
    fec::BchDecoder decoder(code);
    const auto sent = random_codeword(code, rng);
    auto received = sent;
    for (const size_t position :
         {size_t(0), size_t(code.k - 1), size_t(code.k), size_t(code.n - 1)})
        flip_bit(received, position);
    BOOST_TEST(decoder.decode(received).value_or(99) == 4u);
    BOOST_TEST((received == sent));
}

BOOST_AUTO_TEST_CASE(noise_is_reported_by_every_code)
{
    std::mt19937 rng(4);
    for (const fec::BchCode& code : fec::bch_codes()) {
        fec::BchDecoder decoder(code);
        for (int word = 0; word < 20; ++word) {
            auto noise = test::random_bytes(code.n / 8, rng);
            const auto before = noise;
            BOOST_TEST(!decoder.decode(noise).has_value(), code.name);
            BOOST_TEST((noise == before));
        }
    }
}

BOOST_AUTO_TEST_CASE(wrong_lengths_are_refused)
{
    const auto& code = fec::find_bch_code("s2_short_1-2");
    fec::BchDecoder decoder(code);
    for (const size_t bytes :
         {size_t(0), size_t(1), size_t(code.n / 8 - 1), size_t(code.n / 8 + 1)}) {
        std::vector<uint8_t> zeros(bytes); // a codeword, were it as long
        BOOST_TEST(!decoder.decode(zeros).has_value());
    }
}

BOOST_AUTO_TEST_CASE(encoding_and_decoding_allocate_nothing)
{
    std::mt19937 rng(5);
    for (const fec::BchCode& code : fec::bch_codes()) {
        const fec::BchEncoder encoder(code);
        fec::BchDecoder decoder(code);
        const auto message = test::random_bytes(message_bytes(code), rng);
        auto noise = test::random_bytes(code.n / 8, rng);
        auto received = random_codeword(code, rng);
        flip_random_bits(received, code.t, rng);
        std::vector<uint8_t> codeword(code.n / 8);
        const size_t before = test::allocations();
        BOOST_REQUIRE(before > 0); // it does count
        encoder.encode(message, codeword);
        const auto none = decoder.decode(codeword);
        const auto corrected = decoder.decode(received);
        const auto failed = decoder.decode(noise);
        BOOST_TEST(test::allocations() == before, code.name);
        BOOST_TEST(none.value_or(99) == 0u);
        BOOST_TEST(corrected.value_or(99) == code.t);
        BOOST_TEST(!failed.has_value());
    }
}
