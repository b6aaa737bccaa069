#include "depinsat/fec/turbo_decoder.h"

#include "allocation_counter.h"
#include "awgn_llrs.h"
#include "depinsat/fec/turbo_encoder.h"
#include "noise_llrs.h"
#include "random_bytes.h"
#include "reference/turbo.h"
#include "simd_targets.h"
#include "wrong_lengths.h"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <stdexcept>

namespace bdata = boost::unit_test::data;
using namespace depinsat;

namespace {

struct Frame {
    std::vector<uint8_t> message, codeword;
};

Frame random_frame(const fec::TurboCode& code, std::mt19937& rng)
{
    Frame frame{test::random_bytes(code.k / 8, rng), std::vector<uint8_t>((code.n + 7) / 8)};
    fec::TurboEncoder(code).encode(frame.message, frame.codeword);
    return frame;
}

std::vector<Llr>
llrs_at(const fec::TurboCode& code, const Frame& frame, double ebn0_db, std::mt19937& rng)
{
    const double bits_per_symbol = 2.0 * code.k / code.n;
    auto llrs =
        test::qpsk_llrs(frame.codeword, ebn0_db + 10 * std::log10(bits_per_symbol), rng);
    llrs.resize(code.n); // without the fill of the last byte
    return llrs;
}

std::vector<Llr> certain_llrs(const fec::TurboCode& code, const Frame& frame)
{
    std::vector<Llr> llrs(code.n);
    for (size_t i = 0; i < llrs.size(); ++i)
        llrs[i].value = get_bit(frame.codeword, i) ? -kLlrMax : kLlrMax;
    return llrs;
}

/// 10 iterations: how many of `frames` may or must be lost at that Eb/N0.
struct Point {
    const char* code;
    double ebn0_db;
    int frames, at_least, at_most;
};

std::ostream& operator<<(std::ostream& out, const Point& point)
{
    return out << point.code << " at " << point.ebn0_db << " dB";
}

constexpr Point kPoints[] = {
    {"turbo_1-2_8920", 0.6, 5, 5, 5},   {"turbo_1-2_8920", 1.3, 40, 0, 0},
    {"turbo_1-3_1784", 0.0, 10, 9, 10}, {"turbo_1-3_1784", 1.0, 80, 0, 1},
    {"turbo_1-4_3568", -0.3, 6, 5, 6},  {"turbo_1-4_3568", 0.7, 30, 0, 0},
    {"turbo_1-6_7136", -0.6, 4, 4, 4},  {"turbo_1-6_7136", 0.4, 15, 0, 0},
};

} // namespace

BOOST_AUTO_TEST_CASE(every_code_decodes_a_clean_codeword_at_once)
{
    std::mt19937 rng(1);
    for (const auto& code : fec::turbo_codes()) {
        BOOST_TEST_CONTEXT(code.name)
        {
            const Frame frame = random_frame(code, rng);
            std::vector<uint8_t> message(code.k / 8);
            const auto used =
                fec::TurboDecoder(code, 5).decode(certain_llrs(code, frame), message);
            BOOST_TEST(used.value_or(99) <= 2u);
            BOOST_TEST((message == frame.message));
        }
    }
}

BOOST_DATA_TEST_CASE(every_target_equals_the_reference,
                     bdata::make(test::simd_targets()),
                     target)
{
    const test::OnlyTarget only(target);
    std::mt19937 rng(2);
    for (const auto& code : fec::turbo_codes()) {
        if (code.k > 2000 && code.name != "turbo_1-2_8920" && code.name != "turbo_1-6_3568")
            continue;
        fec::TurboDecoder decoder(code, 4);
        reference::TurboDecoder reference(code, 4);
        for (const double ebn0_db : {-3.0, 0.8, 2.0, 12.0}) {
            BOOST_TEST_CONTEXT(code.name << " at " << ebn0_db << " dB")
            {
                const Frame frame = random_frame(code, rng);
                const auto llrs = llrs_at(code, frame, ebn0_db, rng);
                std::vector<uint8_t> message(code.k / 8), expected(code.k / 8), bits;
                const auto iterations = reference.decode(llrs, bits);
                pack_bits(bits, expected);
                BOOST_TEST(decoder.decode(llrs, message).value_or(99) ==
                           iterations.value_or(99));
                BOOST_TEST((message == expected));
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(loud_noise_does_not_overflow_the_metrics)
{
    std::mt19937 rng(3);
    for (const char* name : {"turbo_1-6_1784", "turbo_1-4_1784", "turbo_1-2_1784"}) {
        const auto& code = fec::find_turbo_code(name);
        std::vector<Llr> noise(code.n);
        for (Llr& llr : noise)
            llr.value = rng() % 2 ? kLlrMax : -kLlrMax;
        std::vector<uint8_t> message(code.k / 8), expected(code.k / 8), bits;
        const auto iterations = reference::TurboDecoder(code, 10).decode(noise, bits);
        pack_bits(bits, expected);
        const auto used = fec::TurboDecoder(code, 10).decode(noise, message);
        BOOST_TEST(!iterations.has_value());
        BOOST_TEST(!used.has_value());
        BOOST_TEST((message == expected));
    }
}

BOOST_AUTO_TEST_CASE(nothing_known_is_a_failure_although_zeros_are_a_codeword)
{
    for (const auto& code : fec::turbo_codes()) {
        std::vector<uint8_t> message(code.k / 8);
        fec::TurboDecoder decoder(code, 3);
        BOOST_TEST(!decoder.decode(std::vector<Llr>(code.n), message).has_value());
    }
}

BOOST_AUTO_TEST_CASE(noise_is_reported_loud_or_soft)
{
    std::mt19937 rng(4);
    for (const auto& code : fec::turbo_codes()) {
        fec::TurboDecoder decoder(code, 4);
        std::vector<uint8_t> message(code.k / 8);
        const test::NoiseLlrs noise(code.n, rng);
        BOOST_TEST(!decoder.decode(noise.loud, message).has_value());
        BOOST_TEST(!decoder.decode(noise.soft, message).has_value());
    }
}

BOOST_AUTO_TEST_CASE(certain_and_wrong_bits_are_corrected)
{
    std::mt19937 rng(5);
    for (const auto& code : fec::turbo_codes()) {
        const Frame frame = random_frame(code, rng);
        auto llrs = certain_llrs(code, frame);
        for (int i = 0; i < 40; ++i) {
            int8_t& value = llrs[rng() % code.n].value;
            value = int8_t(-value);
        }
        std::vector<uint8_t> message(code.k / 8);
        BOOST_TEST(fec::TurboDecoder(code, 10).decode(llrs, message).has_value());
        BOOST_TEST((message == frame.message));
    }
}

BOOST_AUTO_TEST_CASE(a_failed_frame_leaves_nothing_behind_and_nothing_is_allocated)
{
    std::mt19937 rng(6);
    for (const auto& code : fec::turbo_codes()) {
        const Frame frame = random_frame(code, rng);
        const auto good = llrs_at(code, frame, 2.5, rng);
        const auto bad = llrs_at(code, frame, -8.0, rng);
        std::vector<uint8_t> message(code.k / 8);
        fec::TurboDecoder fresh(code, 10), used(code, 10);
        const size_t before = test::allocations();
        const auto expected = fresh.decode(good, message);
        used.decode(bad, message);
        const auto again = used.decode(good, message);
        BOOST_TEST(test::allocations() == before);
        BOOST_TEST(before > 0u);
        BOOST_TEST((message == frame.message));
        BOOST_TEST((again == expected));
    }
}

BOOST_AUTO_TEST_CASE(a_scale_3_db_off_does_not_move_the_waterfall)
{
    std::mt19937 rng(10);
    const auto& code = fec::find_turbo_code("turbo_1-2_8920");
    fec::TurboDecoder decoder(code, 10);
    const Frame frame = random_frame(code, rng);
    std::vector<uint8_t> message(code.k / 8);
    for (const double factor : {0.5, 1.0, 2.0}) {
        int lost = 0;
        for (int i = 0; i < 30; ++i) {
            auto llrs = llrs_at(code, frame, 1.3, rng);
            for (Llr& llr : llrs)
                llr = Llr::saturate(int(std::lround(llr.value * factor)));
            lost += !decoder.decode(llrs, message) || message != frame.message;
        }
        BOOST_TEST(lost <= 1, "LLRs times " << factor << ", seed 10");
    }
}

BOOST_AUTO_TEST_CASE(wrong_lengths_are_refused_and_nothing_is_written)
{
    std::mt19937 rng(11);
    fec::TurboDecoder decoder(fec::find_turbo_code("turbo_1-3_1784"), 5);
    const auto right = certain_llrs(decoder.code(), random_frame(decoder.code(), rng));
    test::check_wrong_lengths_are_refused(decoder, right);
}

BOOST_AUTO_TEST_CASE(no_iterations_are_refused)
{
    BOOST_CHECK_THROW(fec::TurboDecoder(fec::turbo_codes().front(), 0), std::invalid_argument);
}

BOOST_DATA_TEST_CASE(waterfalls_stand_where_they_should, bdata::make(kPoints), point)
{
    std::mt19937 rng(7);
    const auto& code = fec::find_turbo_code(point.code);
    fec::TurboDecoder decoder(code, 10);
    std::vector<uint8_t> message(code.k / 8);
    const Frame frame = random_frame(code, rng);
    int lost = 0;
    for (int i = 0; i < point.frames; ++i) {
        const auto llrs = llrs_at(code, frame, point.ebn0_db, rng);
        const bool decoded = decoder.decode(llrs, message).has_value();
        lost += !decoded || message != frame.message;
    }
    BOOST_TEST_MESSAGE(lost << " of " << point.frames << " frames lost, seed 7");
    BOOST_TEST(lost >= point.at_least);
    BOOST_TEST(lost <= point.at_most);
}
