#include "depinsat/fec/ccsds_ldpc_decoder.h"

#include "allocation_counter.h"
#include "awgn_llrs.h"
#include "depinsat/fec/ccsds_ldpc_encoder.h"
#include "noise_llrs.h"
#include "random_bytes.h"
#include "reference/ccsds_ldpc.h"
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

Frame random_frame(const fec::CcsdsLdpcCode& code, std::mt19937& rng)
{
    Frame frame{test::random_bytes(code.k / 8, rng), std::vector<uint8_t>(code.n / 8)};
    fec::CcsdsLdpcEncoder(code).encode(frame.message, frame.codeword);
    return frame;
}

std::vector<Llr> llrs_at(const Frame& frame, double ebn0_db, std::mt19937& rng)
{
    const double bits_per_symbol =
        2 * double(frame.message.size()) / double(frame.codeword.size());
    return test::qpsk_llrs(frame.codeword, ebn0_db + 10 * std::log10(bits_per_symbol), rng);
}

std::vector<Llr> certain_llrs(const std::vector<uint8_t>& codeword)
{
    std::vector<Llr> llrs(8 * codeword.size());
    for (size_t i = 0; i < llrs.size(); ++i)
        llrs[i].value = get_bit(codeword, i) ? -kLlrMax : kLlrMax;
    return llrs;
}

/// Short codes fail by themselves more often: Eb/N0 where no frame of a few is lost.
double good_ebn0_db(const fec::CcsdsLdpcCode& code)
{
    return code.k < 1000 ? 7.0 : code.name == "c2" ? 4.5 : code.k > 5000 ? 3.6 : 4.5;
}

/// How many of `frames` may or must be lost at that Eb/N0.
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
    {"ar4ja_1-2_1024", 0.6, 40, 34, 40},
    {"ar4ja_1-2_1024", 2.1, 300, 0, 2},
    {"ar4ja_2-3_1024", 1.4, 40, 30, 40},
    {"ar4ja_2-3_1024", 2.8, 300, 0, 2},
    {"ar4ja_4-5_4096", 2.3, 20, 17, 20},
    {"ar4ja_4-5_4096", 3.3, 100, 0, 0},
    {"ar4ja_1-2_16384", 0.8, 4, 4, 4},
    {"ar4ja_1-2_16384", 1.4, 20, 0, 0},
    {"c2", 3.2, 20, 17, 20},
    {"c2", 3.9, 60, 0, 0},
    {"tc_128", 0.5, 100, 70, 100},
    {"tc_128", 4.5, 1000, 0, 6},
    {"tc_512", 0.5, 100, 90, 100},
    {"tc_512", 3.2, 500, 0, 3},
};

} // namespace

BOOST_AUTO_TEST_CASE(clean_codewords_take_no_iteration_or_one_to_find_punctured_bits)
{
    std::mt19937 rng(1);
    for (const auto& code : fec::ccsds_ldpc_codes()) {
        BOOST_TEST_CONTEXT(code.name)
        {
            const Frame frame = random_frame(code, rng);
            std::vector<uint8_t> message(code.k / 8);
            const auto used =
                fec::CcsdsLdpcDecoder(code, 5).decode(certain_llrs(frame.codeword), message);
            BOOST_TEST(used.value_or(99) == (code.punctured > 0 ? 1u : 0u));
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
    for (const auto& code : fec::ccsds_ldpc_codes()) {
        fec::CcsdsLdpcDecoder decoder(code, 6);
        reference::CcsdsLdpcDecoder reference(code, 6);
        for (const double below_db : {0.0, 2.5, 6.0}) {
            BOOST_TEST_CONTEXT(code.name << ", " << below_db << " dB below a good channel")
            {
                const Frame frame = random_frame(code, rng);
                const auto llrs = llrs_at(frame, good_ebn0_db(code) - below_db, rng);
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

BOOST_AUTO_TEST_CASE(every_code_decodes_on_a_good_channel)
{
    std::mt19937 rng(3);
    for (const auto& code : fec::ccsds_ldpc_codes()) {
        fec::CcsdsLdpcDecoder decoder(code, 20);
        for (int i = 0; i < 5; ++i) {
            const Frame frame = random_frame(code, rng);
            const auto llrs = llrs_at(frame, good_ebn0_db(code), rng);
            std::vector<uint8_t> message(code.k / 8);
            BOOST_TEST_CONTEXT(code.name)
            {
                BOOST_TEST(decoder.decode(llrs, message).has_value());
                BOOST_TEST((message == frame.message));
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(nothing_known_is_a_failure_although_zeros_are_a_codeword)
{
    for (const auto& code : fec::ccsds_ldpc_codes()) {
        std::vector<uint8_t> message(code.k / 8);
        fec::CcsdsLdpcDecoder decoder(code, 3);
        BOOST_TEST(!decoder.decode(std::vector<Llr>(code.n), message).has_value());
    }
}

BOOST_AUTO_TEST_CASE(noise_is_reported_loud_or_soft)
{
    std::mt19937 rng(4);
    for (const auto& code : fec::ccsds_ldpc_codes()) {
        if (code.k < 100)
            continue; // (128, 64) has a codeword near much noise: see the next case
        fec::CcsdsLdpcDecoder decoder(code, 10);
        std::vector<uint8_t> message(code.k / 8);
        const test::NoiseLlrs noise(code.n, rng);
        BOOST_TEST(!decoder.decode(noise.loud, message).has_value());
        BOOST_TEST(!decoder.decode(noise.soft, message).has_value());
    }
}

BOOST_AUTO_TEST_CASE(the_shortest_code_takes_little_noise_for_a_codeword)
{
    std::mt19937 rng(5);
    const auto& code = fec::find_ccsds_ldpc_code("tc_128");
    fec::CcsdsLdpcDecoder decoder(code, 20);
    std::vector<uint8_t> message(code.k / 8);
    std::vector<Llr> noise(code.n);
    int taken = 0;
    for (int i = 0; i < 2000; ++i) {
        for (Llr& llr : noise)
            llr = Llr::saturate(int(rng() % 255) - kLlrMax);
        taken += decoder.decode(noise, message).has_value();
    }
    BOOST_TEST_MESSAGE(taken << " of 2000 frames of noise became a codeword");
    BOOST_TEST(taken < 400);
}

BOOST_AUTO_TEST_CASE(certain_and_wrong_bits_are_corrected)
{
    std::mt19937 rng(6);
    for (const char* name : {"ar4ja_1-2_4096", "ar4ja_4-5_4096", "c2"}) {
        const auto& code = fec::find_ccsds_ldpc_code(name);
        const Frame frame = random_frame(code, rng);
        auto llrs = certain_llrs(frame.codeword);
        for (int i = 0; i < 20; ++i) {
            int8_t& value = llrs[rng() % (code.n - code.fill)].value;
            value = int8_t(-value);
        }
        std::vector<uint8_t> message(code.k / 8);
        BOOST_TEST(fec::CcsdsLdpcDecoder(code, 20).decode(llrs, message).has_value());
        BOOST_TEST((message == frame.message));
    }
}

BOOST_AUTO_TEST_CASE(fill_is_not_looked_at)
{
    std::mt19937 rng(7);
    const auto& code = fec::find_ccsds_ldpc_code("c2");
    const Frame frame = random_frame(code, rng);
    auto llrs = certain_llrs(frame.codeword);
    llrs[code.n - 1].value = llrs[code.n - 2].value = -kLlrMax;
    std::vector<uint8_t> message(code.k / 8);
    BOOST_TEST(fec::CcsdsLdpcDecoder(code, 1).decode(llrs, message).value_or(9) == 0u);
}

BOOST_AUTO_TEST_CASE(a_failed_frame_leaves_nothing_behind_and_nothing_is_allocated)
{
    std::mt19937 rng(8);
    for (const auto& code : fec::ccsds_ldpc_codes()) {
        const Frame frame = random_frame(code, rng);
        const auto good = llrs_at(frame, good_ebn0_db(code), rng);
        const auto bad = llrs_at(frame, -8.0, rng);
        std::vector<uint8_t> message(code.k / 8);
        fec::CcsdsLdpcDecoder fresh(code, 20), used(code, 20);
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

BOOST_AUTO_TEST_CASE(a_scale_3_db_off_moves_the_waterfall_by_little)
{
    constexpr Point kLittleMore[] = {{"ar4ja_1-2_1024", 2.4, 60, 0, 1},
                                     {"ar4ja_4-5_4096", 3.6, 20, 0, 0},
                                     {"c2", 4.2, 20, 0, 0},
                                     {"tc_512", 3.5, 100, 0, 1}};
    std::mt19937 rng(10);
    for (const Point& point : kLittleMore) {
        const auto& code = fec::find_ccsds_ldpc_code(point.code);
        fec::CcsdsLdpcDecoder decoder(code, 20);
        std::vector<uint8_t> message(code.k / 8);
        const Frame frame = random_frame(code, rng);
        for (const double factor : {0.5, 2.0}) {
            int lost = 0;
            for (int i = 0; i < point.frames; ++i) {
                auto llrs = llrs_at(frame, point.ebn0_db, rng);
                for (Llr& llr : llrs)
                    llr = Llr::saturate(int(std::lround(llr.value * factor)));
                lost += !decoder.decode(llrs, message) || message != frame.message;
            }
            BOOST_TEST_CONTEXT(point << ", LLRs times " << factor << ", seed 10")
            BOOST_TEST(lost <= point.at_most);
        }
    }
}

BOOST_AUTO_TEST_CASE(wrong_lengths_are_refused_and_nothing_is_written)
{
    std::mt19937 rng(11);
    fec::CcsdsLdpcDecoder decoder(fec::find_ccsds_ldpc_code("tc_128"), 5);
    const auto right = certain_llrs(random_frame(decoder.code(), rng).codeword);
    test::check_wrong_lengths_are_refused(decoder, right);
}

BOOST_AUTO_TEST_CASE(no_iterations_are_refused)
{
    BOOST_CHECK_THROW(fec::CcsdsLdpcDecoder(fec::ccsds_ldpc_codes().front(), 0),
                      std::invalid_argument);
}

BOOST_DATA_TEST_CASE(waterfalls_stand_where_they_should, bdata::make(kPoints), point)
{
    std::mt19937 rng(9);
    const auto& code = fec::find_ccsds_ldpc_code(point.code);
    fec::CcsdsLdpcDecoder decoder(code, 20);
    std::vector<uint8_t> message(code.k / 8);
    const Frame frame = random_frame(code, rng);
    int lost = 0;
    for (int i = 0; i < point.frames; ++i) {
        const bool decoded =
            decoder.decode(llrs_at(frame, point.ebn0_db, rng), message).has_value();
        lost += !decoded || message != frame.message;
    }
    BOOST_TEST_MESSAGE(lost << " of " << point.frames << " frames lost, seed 9");
    BOOST_TEST(lost >= point.at_least);
    BOOST_TEST(lost <= point.at_most);
}
