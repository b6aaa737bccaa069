#include "depinsat/fec/tc_bch.h"

#include "allocation_counter.h"
#include "ccsds_vectors.h"
#include "depinsat/core/bits.h"
#include "random_bytes.h"

#include <boost/test/unit_test.hpp>

#include <array>

using namespace depinsat;
using fec::TcBchMode;
using Codeblock = std::array<uint8_t, fec::kTcBchCodeblock>;

namespace {

constexpr size_t kBits = 63;

/// The slow twin: division by x^7 + x^6 + x^2 + 1 bit by bit, parity complemented.
uint8_t slow_parity(const Codeblock& codeblock)
{
    unsigned remainder = 0;
    for (size_t i = 0; i < 56; ++i) {
        const unsigned top = (remainder >> 6 & 1) ^ unsigned(get_bit(codeblock, i));
        remainder = (remainder << 1 & 0x7F) ^ (top ? 0b1000101 : 0);
    }
    return uint8_t((~remainder & 0x7F) << 1);
}

Codeblock random_codeblock(std::mt19937& rng)
{
    Codeblock codeblock;
    for (auto& byte : codeblock)
        byte = uint8_t(rng());
    codeblock[7] = fec::tc_bch_parity(std::span(codeblock).first<7>());
    return codeblock;
}

} // namespace

BOOST_AUTO_TEST_CASE(golden_codewords)
{
    const auto file = test::read_ccsds_vectors("frames_and_tc.json");
    unsigned checked = 0;
    for (const auto& vector : file.at("vectors")) {
        if (vector.at("name").get<std::string>().find("TC BCH codeword") != 0)
            continue;
        const auto information = test::from_hex(vector.at("parameters").at("information_hex"));
        const auto expected = test::from_hex(vector.at("expected_hex"));
        BOOST_TEST(fec::tc_bch_parity(std::span(information).first<7>()) == expected.back());
        ++checked;
    }
    BOOST_TEST(checked == 2u);
}

BOOST_AUTO_TEST_CASE(parity_equals_the_slow_division)
{
    std::mt19937 rng(1);
    for (int i = 0; i < 2000; ++i) {
        const auto codeblock = random_codeblock(rng);
        BOOST_TEST(codeblock[7] == slow_parity(codeblock));
    }
}

BOOST_AUTO_TEST_CASE(every_single_error_is_corrected_or_detected)
{
    std::mt19937 rng(2);
    const auto sent = random_codeblock(rng);
    for (size_t bit = 0; bit < kBits; ++bit) {
        auto received = sent;
        flip_bit(received, bit);
        auto kept = received;
        BOOST_TEST(!fec::tc_bch_decode(kept, TcBchMode::kDetect).has_value());
        BOOST_TEST((kept == received));
        BOOST_TEST(fec::tc_bch_decode(received, TcBchMode::kCorrect).value_or(9) == 1u);
        BOOST_TEST((received == sent));
    }
}

BOOST_AUTO_TEST_CASE(every_double_error_is_detected)
{
    std::mt19937 rng(3);
    const auto sent = random_codeblock(rng);
    for (size_t a = 0; a < kBits; ++a)
        for (size_t b = a + 1; b < kBits; ++b) {
            auto received = sent;
            flip_bit(received, a);
            flip_bit(received, b);
            const auto before = received;
            for (const auto mode : {TcBchMode::kDetect, TcBchMode::kCorrect})
                BOOST_TEST(!fec::tc_bch_decode(received, mode).has_value());
            BOOST_TEST((received == before));
        }
}

// Detection finds all of them. Correction takes them for a single error, as theory says, except
// where the syndrome, of odd weight classes 64, is the one that no single error has: of 63 * 62
// * 61 / 6 = 39711 triples those that complete a word of weight 4, 4 * A4 = 4 * 9765, look
// single.
BOOST_AUTO_TEST_CASE(triple_errors_are_detected_or_mistaken_as_theory_says)
{
    std::mt19937 rng(4);
    const auto sent = random_codeblock(rng);
    unsigned mistaken = 0, reported = 0;
    for (size_t a = 0; a < kBits; ++a)
        for (size_t b = a + 1; b < kBits; ++b)
            for (size_t c = b + 1; c < kBits; ++c) {
                auto received = sent;
                flip_bit(received, a);
                flip_bit(received, b);
                flip_bit(received, c);
                BOOST_REQUIRE(!fec::tc_bch_decode(received, TcBchMode::kDetect).has_value());
                (fec::tc_bch_decode(received, TcBchMode::kCorrect) ? mistaken : reported) += 1;
            }
    BOOST_TEST(mistaken == 4 * 9765u);
    BOOST_TEST(reported == 39711u - 4 * 9765u);
}

BOOST_AUTO_TEST_CASE(the_filler_bit_is_ignored)
{
    std::mt19937 rng(5);
    auto codeblock = random_codeblock(rng);
    codeblock[7] ^= 1;
    BOOST_TEST(fec::tc_bch_decode(codeblock, TcBchMode::kDetect).value_or(9) == 0u);
}

BOOST_AUTO_TEST_CASE(coding_allocates_nothing)
{
    std::mt19937 rng(6);
    auto codeblock = random_codeblock(rng);
    const size_t before = test::allocations();
    BOOST_REQUIRE(before > 0); // it does count
    codeblock[7] = fec::tc_bch_parity(std::span(codeblock).first<7>());
    flip_bit(codeblock, 12);
    const auto corrected = fec::tc_bch_decode(codeblock, TcBchMode::kCorrect);
    BOOST_TEST(test::allocations() == before);
    BOOST_TEST(corrected.value_or(9) == 1u);
}
