#include "allocation_counter.h"
#include "awgn_llrs.h"
#include "depinsat/fec/ldpc_decoder.h"
#include "depinsat/fec/ldpc_encoder.h"
#include "fec_vectors.h"
#include "noise_llrs.h"
#include "reference/ldpc_decoder.h"
#include "simd_targets.h"
#include "wrong_lengths.h"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <stdexcept>

using namespace depinsat;

namespace {

struct Frame {
    std::vector<uint8_t> message, codeword;
};

Frame random_frame(const fec::LdpcCode& code, std::mt19937& rng)
{
    Frame frame{test::random_bytes(code.k / 8, rng), std::vector<uint8_t>(code.n / 8)};
    fec::LdpcEncoder(code).encode(frame.message, frame.codeword);
    return frame;
}

std::vector<Llr> certain_llrs(const std::vector<uint8_t>& codeword)
{
    std::vector<Llr> llrs(8 * codeword.size());
    for (size_t i = 0; i < llrs.size(); ++i)
        llrs[i].value = get_bit(codeword, i) ? -kLlrMax : kLlrMax;
    return llrs;
}

/// Quasi-error-free Es/N0 of QPSK with normal frames (EN 302 307-1, table 13), between its
/// rates by a line.
double ideal_esn0_db(const fec::LdpcCode& code)
{
    struct Row {
        double rate, esn0_db;
    };
    constexpr Row kRows[] = {{1. / 5, -3.4}, // not in the table: carried on
                             {1. / 4, -2.35}, {1. / 3, -1.24}, {2. / 5, -0.30}, {1. / 2, 1.00},
                             {3. / 5, 2.23},  {2. / 3, 3.10},  {3. / 4, 4.03},  {4. / 5, 4.68},
                             {5. / 6, 5.18},  {8. / 9, 6.20},  {9. / 10, 6.42}};
    const double rate = double(code.k) / code.n;
    const Row* above = std::begin(kRows) + 1;
    while (above->rate < rate - 1e-9)
        ++above;
    const Row* below = above - 1;
    return below->esn0_db + (rate - below->rate) / (above->rate - below->rate) *
                                (above->esn0_db - below->esn0_db);
}

} // namespace

BOOST_AUTO_TEST_CASE(every_code_needs_no_iteration_for_a_clean_codeword)
{
    std::mt19937 rng(1);
    for (const auto& code : fec::ldpc_codes()) {
        BOOST_TEST_CONTEXT(code.name)
        {
            const Frame frame = random_frame(code, rng);
            std::vector<uint8_t> message(code.k / 8);
            const auto used =
                fec::LdpcDecoder(code, 5).decode(certain_llrs(frame.codeword), message);
            BOOST_TEST(used.value_or(99) == 0u);
            BOOST_TEST((message == frame.message));
        }
    }
}

BOOST_AUTO_TEST_CASE(every_code_decodes_0_8_db_above_the_ideal)
{
    std::mt19937 rng(2);
    for (const auto& code : fec::ldpc_codes()) {
        BOOST_TEST_CONTEXT(code.name)
        {
            const Frame frame = random_frame(code, rng);
            const auto llrs = test::qpsk_llrs(frame.codeword, ideal_esn0_db(code) + 0.8, rng);
            std::vector<uint8_t> message(code.k / 8);
            BOOST_TEST(fec::LdpcDecoder(code, 25).decode(llrs, message).has_value());
            BOOST_TEST((message == frame.message));
        }
    }
}

BOOST_AUTO_TEST_CASE(every_code_equals_the_reference_on_every_target)
{
    std::mt19937 rng(3);
    for (const auto& code : fec::ldpc_codes()) {
        fec::LdpcDecoder decoder(code, 4);
        reference::LdpcDecoder reference(code, 4);
        for (const double above_db : {-0.5, 3.0}) {
            const Frame frame = random_frame(code, rng);
            const auto llrs =
                test::qpsk_llrs(frame.codeword, ideal_esn0_db(code) + above_db, rng);
            std::vector<uint8_t> message(code.k / 8), expected(code.k / 8);
            reference::Bits bits;
            const auto iterations = reference.decode(llrs, bits);
            pack_bits(std::span(bits).first(code.k), expected);
            for (const int64_t target : test::simd_targets()) {
                BOOST_TEST_CONTEXT(code.name << " at " << above_db << " dB above the ideal, "
                                             << hwy::TargetName(target))
                {
                    const test::OnlyTarget only(target);
                    BOOST_TEST(decoder.decode(llrs, message).value_or(99) ==
                               iterations.value_or(99));
                    BOOST_TEST((message == expected));
                }
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(any_llrs_are_decoded_as_by_the_reference)
{
    std::mt19937 rng(9);
    const auto& code =
        fec::find_ldpc_code("s2_short_5-6"); // has groups that repeat three times
    fec::LdpcDecoder decoder(code, 3);
    reference::LdpcDecoder reference(code, 3);
    for (int frame = 0; frame < 10; ++frame) {
        std::vector<Llr> llrs(code.n);
        for (auto& llr : llrs) // -128 is no LLR, but nothing keeps it out
            llr.value = frame % 2 ? int8_t(rng()) : int8_t(rng() % 3 * 127 - 127);
        std::vector<uint8_t> message(code.k / 8), expected(code.k / 8);
        reference::Bits bits;
        reference.decode(llrs, bits);
        pack_bits(std::span(bits).first(code.k), expected);
        for (const int64_t target : test::simd_targets()) {
            const test::OnlyTarget only(target);
            decoder.decode(llrs, message);
            BOOST_TEST((message == expected), hwy::TargetName(target));
        }
    }
}

BOOST_AUTO_TEST_CASE(nothing_known_is_a_failure_although_zeros_are_a_codeword)
{
    for (const auto& code : fec::ldpc_codes()) {
        std::vector<uint8_t> message(code.k / 8);
        fec::LdpcDecoder decoder(code, 3);
        BOOST_TEST(!decoder.decode(std::vector<Llr>(code.n), message).has_value());
    }
}

BOOST_AUTO_TEST_CASE(noise_is_reported_loud_or_soft)
{
    std::mt19937 rng(4);
    for (const auto& code : fec::ldpc_codes()) {
        fec::LdpcDecoder decoder(code, 10);
        std::vector<uint8_t> message(code.k / 8);
        const test::NoiseLlrs noise(code.n, rng);
        BOOST_TEST(!decoder.decode(noise.loud, message).has_value());
        BOOST_TEST(!decoder.decode(noise.soft, message).has_value());
    }
}

BOOST_AUTO_TEST_CASE(certain_and_wrong_bits_are_corrected)
{
    std::mt19937 rng(5);
    const auto& code = fec::find_ldpc_code("s2_normal_1-2");
    const Frame frame = random_frame(code, rng);
    auto llrs = certain_llrs(frame.codeword);
    for (int i = 0; i < 1000; ++i) {
        int8_t& value = llrs[rng() % llrs.size()].value;
        value = int8_t(-value);
    }
    std::vector<uint8_t> message(code.k / 8);
    BOOST_TEST(fec::LdpcDecoder(code, 25).decode(llrs, message).has_value());
    BOOST_TEST((message == frame.message));
}

BOOST_AUTO_TEST_CASE(a_third_of_the_bits_may_be_erased_at_rate_1_2)
{
    std::mt19937 rng(6);
    const auto& code = fec::find_ldpc_code("s2_short_1-2");
    const Frame frame = random_frame(code, rng);
    auto llrs = certain_llrs(frame.codeword);
    for (auto& llr : llrs)
        if (rng() % 3 == 0)
            llr.value = 0;
    std::vector<uint8_t> message(code.k / 8);
    BOOST_TEST(fec::LdpcDecoder(code, 25).decode(llrs, message).has_value());
    BOOST_TEST((message == frame.message));
}

BOOST_AUTO_TEST_CASE(a_failed_frame_leaves_nothing_behind)
{
    std::mt19937 rng(7);
    const auto& code = fec::find_ldpc_code("s2_short_3-5");
    const Frame frame = random_frame(code, rng);
    const auto good = test::qpsk_llrs(frame.codeword, 3.5, rng);
    const auto bad = test::qpsk_llrs(frame.codeword, -5.0, rng);
    std::vector<uint8_t> message(code.k / 8);
    fec::LdpcDecoder used(code, 25);
    BOOST_TEST(!used.decode(bad, message).has_value());
    const auto again = used.decode(good, message);
    BOOST_TEST((message == frame.message));
    BOOST_TEST((again == fec::LdpcDecoder(code, 25).decode(good, message)));
}

BOOST_AUTO_TEST_CASE(every_code_decodes_and_fails_without_taking_memory)
{
    std::mt19937 rng(8);
    for (const auto& code : fec::ldpc_codes()) {
        const Frame frame = random_frame(code, rng);
        const auto good = test::qpsk_llrs(frame.codeword, ideal_esn0_db(code) + 1.0, rng);
        const test::NoiseLlrs noise(code.n, rng);
        std::vector<uint8_t> message(code.k / 8);
        fec::LdpcDecoder decoder(code, 5);
        const size_t before = test::allocations();
        BOOST_REQUIRE(before > 0); // it does count
        decoder.decode(good, message);
        decoder.decode(noise.soft, message);
        BOOST_TEST(test::allocations() == before, code.name);
    }
}

BOOST_AUTO_TEST_CASE(a_decoder_takes_a_megabyte_at_most)
{
    size_t most = 0;
    for (const auto& code : fec::ldpc_codes()) {
        const size_t before = test::allocated_bytes();
        const fec::LdpcDecoder decoder(code, 50);
        const size_t taken = test::allocated_bytes() - before;
        BOOST_TEST(taken > code.n); // a byte a posterior at least
        BOOST_TEST(taken <= 1'000'000u, code.name);
        most = std::max(most, taken);
    }
    BOOST_TEST_MESSAGE("the largest takes " << most << " bytes");
}

BOOST_AUTO_TEST_CASE(wrong_lengths_are_refused_and_nothing_is_written)
{
    fec::LdpcDecoder decoder(fec::find_ldpc_code("s2_short_1-2"), 5);
    const std::vector<Llr> zeros(decoder.code().n, Llr{kLlrMax}); // a codeword
    test::check_wrong_lengths_are_refused(decoder, zeros);
}

BOOST_AUTO_TEST_CASE(no_iterations_are_refused)
{
    BOOST_CHECK_THROW(fec::LdpcDecoder(fec::ldpc_codes().front(), 0), std::invalid_argument);
}
