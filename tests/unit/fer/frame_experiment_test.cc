#include "fer/frame_experiment.h"

#include "depinsat/fec/bch_encoder.h"
#include "depinsat/fec/ldpc_encoder.h"
#include "depinsat/framing/modcod.h"
#include "depinsat/framing/vlsnr.h"
#include "noise_llrs.h"

#include <boost/test/unit_test.hpp>

#include <cmath>
#include <stdexcept>

using namespace depinsat;
using namespace depinsat::fer;

namespace {

Counts counts(const FrameExperiment::Settings& settings, unsigned frames, uint64_t seed = 1)
{
    return FrameExperiment(settings).run(seed, frames);
}

ChainPlan plan(const char* code, const char* modulation = "QPSK")
{
    return plan_of_code({.code = code, .iterations = 25}, modulation);
}

double esn0_of_ebn0(const ChainPlan& plan, double ebn0_db)
{
    return ebn0_db + FrameChain(plan).esn0_over_ebn0_db();
}

} // namespace

BOOST_AUTO_TEST_CASE(frames_are_lost_below_the_knee_and_come_through_above)
{
    const auto below = counts({plan("s2_short_1-2"), 0.0}, 20);
    const auto above = counts({plan("s2_short_1-2"), 1.0}, 50);
    BOOST_TEST(below.frames == 20u);
    BOOST_TEST(below.frame_errors >= 17u);
    BOOST_TEST(below.bit_errors > 1000u);
    BOOST_TEST(above.frame_errors == 0u);
    BOOST_TEST(above.bit_errors == 0u);
    BOOST_TEST(above.iterations < 50u * 20);
}

// The Es/N0 of the standard lies some tenths of a dB above where the codes begin to fail.
BOOST_AUTO_TEST_CASE(vl_snr_comes_through_at_the_es_n0_of_the_standard_and_not_below)
{
    for (const auto& modcod : framing::vlsnr_modcods())
        BOOST_TEST_CONTEXT(modcod.name << " " << to_string(modcod.frame_size))
        {
            const auto plan =
                plan_of_modcod(modcod.name, framing::to_string(modcod.frame_size), 50);
            BOOST_TEST(FrameChain(plan).symbols() == framing::vlsnr_data_symbols(modcod.slots));
            BOOST_TEST(counts({plan, modcod.ideal_esn0_db + 0.4}, 5).frame_errors == 0u);
            BOOST_TEST(counts({plan, modcod.ideal_esn0_db - 1.5}, 3).frame_errors == 3u);
        }
}

BOOST_AUTO_TEST_CASE(equal_seeds_give_equal_counts_and_others_do_not)
{
    const FrameExperiment::Settings settings{plan_of_modcod("8psk_3-5", "short", 25), 5.8};
    FrameExperiment experiment(settings);
    const auto once = experiment.run(3, 10), again = experiment.run(3, 10);
    const auto other = experiment.run(4, 10);
    BOOST_TEST((once == again));
    BOOST_TEST(once.iterations != other.iterations);
}

// Noise of -10 dB leaves nothing; without noise nothing may be lost. Of the codes that have no
// checks every loss is undetected.
BOOST_AUTO_TEST_CASE(every_code_comes_through_a_clean_channel_and_not_through_noise)
{
    for (const auto& name : code_names())
        BOOST_TEST_CONTEXT(name)
        {
            const auto one = plan_of_code({.code = name, .iterations = 3}, "BPSK");
            const auto clean = counts({one, 20.0}, 2);
            BOOST_TEST(clean.frame_errors == 0u);
            BOOST_TEST(clean.bit_errors == 0u);
            const auto lost = counts({one, -12.0}, 2);
            BOOST_TEST(lost.frame_errors == 2u);
            BOOST_TEST(lost.bit_errors > 0u);
        }
}

BOOST_AUTO_TEST_CASE(every_modcod_comes_through_a_clean_channel)
{
    for (const auto& modcod : framing::modcods())
        BOOST_TEST_CONTEXT(modcod.name << " " << to_string(modcod.frame_size))
        {
            const auto one = plan_of_modcod(modcod.name, to_string(modcod.frame_size), 5);
            BOOST_TEST(FrameChain(one).message_bits() == modcod.k_bch);
            BOOST_TEST(counts({one, 30.0}, 1).frame_errors == 0u);
        }
}

BOOST_AUTO_TEST_CASE(a_code_goes_with_every_modulation)
{
    // 16333 bits of the convolutional frame fill no whole symbols.
    for (const char* code : {"tc_128", "turbo_1-2_1784", "k7_7-8"})
        for (const auto& modulation : modulation_names())
            BOOST_TEST_CONTEXT(code << " " << modulation)
            {
                BOOST_TEST(counts({plan(code, modulation.c_str()), 40.0}, 5).frame_errors ==
                           0u);
            }
}

BOOST_AUTO_TEST_CASE(a_shortened_code_gains_what_its_rate_says)
{
    const auto one = plan("s2x_medium_1-5", "BPSK");
    FrameChain chain(one);
    BOOST_TEST(chain.message_bits() == 5660u);
    BOOST_TEST(chain.symbols() == 32400u - 640);
    BOOST_TEST(counts({one, -5.5}, 10).frame_errors == 0u);
    BOOST_TEST(counts({one, -8.0}, 10).frame_errors == 10u);
}

BOOST_AUTO_TEST_CASE(a_shortened_code_begins_with_its_zeros_whatever_was_decoded_before)
{
    constexpr const char* kName = "s2x_medium_1-5";
    constexpr size_t kZeros = 640 / 8;
    const auto codec = make_codec({.code = kName, .iterations = 5});
    const std::vector<uint8_t> message(bytes_of_bits(codec->message_bits()), 0xA0);
    const auto& ldpc = fec::find_ldpc_code(kName);
    std::vector<uint8_t> outer(ldpc.k / 8), fecframe(ldpc.n / 8);
    fec::BchEncoder(fec::find_bch_code(kName))
        .encode(message, std::span(outer).subspan(kZeros));
    fec::LdpcEncoder(ldpc).encode(outer, fecframe);
    const std::vector<uint8_t> expected(fecframe.begin() + kZeros, fecframe.end());

    std::vector<uint8_t> sent(expected.size()), guess(message.size());
    std::mt19937 rng(1);
    for (int frame = 0; frame < 3; ++frame) {
        codec->encode(message, sent);
        BOOST_TEST((sent == expected), "frame " << frame);
        BOOST_TEST(
            !codec->decode(test::NoiseLlrs(codec->coded_bits(), rng).loud, guess).decoded);
    }
}

// Without coding gain: 64 bits at 4 dB each wrong with probability Q(sqrt(2 Es/N0)) = 0.0125;
// more than one wrong in 63 bits loses a codeblock: 1 - (1 - p)^63 (1 + 63 p / (1 - p)).
BOOST_AUTO_TEST_CASE(a_hard_decided_bch_code_loses_what_theory_says)
{
    const double p = 0.5 * std::erfc(std::sqrt(std::pow(10.0, 0.4)));
    const double expected = 1 - std::pow(1 - p, 63) * (1 + 63 * p / (1 - p));
    constexpr unsigned kFrames = 20000;
    const auto bpsk = counts({plan("bch_63_56", "BPSK"), 4.0}, kFrames);
    const auto qpsk = counts({plan("bch_63_56", "QPSK"), 4.0 + 10 * std::log10(2.0)}, kFrames);
    const double deviation = std::sqrt(kFrames * expected);
    BOOST_TEST(std::abs(double(bpsk.frame_errors) - kFrames * expected) < 5 * deviation);
    BOOST_TEST(std::abs(double(qpsk.frame_errors) - kFrames * expected) < 5 * deviation);
    BOOST_TEST(bpsk.undetected_errors < bpsk.frame_errors);
}

BOOST_AUTO_TEST_CASE(ebn0_counts_information_bits)
{
    BOOST_TEST(esn0_of_ebn0(plan("ar4ja_1-2_1024", "QPSK"), 1.9) == 1.9,
               boost::test_tools::tolerance(1e-9));
    BOOST_TEST(esn0_of_ebn0(plan("tc_128", "BPSK"), 3.0) == 3 - 10 * std::log10(2.0),
               boost::test_tools::tolerance(1e-9));
}

BOOST_AUTO_TEST_CASE(interleaving_and_length_are_those_asked_for)
{
    CodecSettings settings{.code = "rs_255_223", .interleaving = 5};
    BOOST_TEST(make_codec(settings)->message_bits() == 5u * 223 * 8);
    settings.code = "rs_255_239+k7_3-4";
    BOOST_TEST(make_codec(settings)->message_bits() == 5u * 239 * 8);
    BOOST_TEST(make_codec({.code = "k7_1-2", .message_bytes = 100})->coded_bits() == 1612u);
}

BOOST_AUTO_TEST_CASE(what_does_not_exist_is_refused)
{
    const auto refused = [](const CodecSettings& settings) {
        BOOST_CHECK_THROW(make_codec(settings), std::invalid_argument);
    };
    refused({.code = "s2_normal_7-8"});
    refused({.code = ""});
    refused({.code = "tc_128", .interleaving = 5});
    refused({.code = "rs_255_223", .interleaving = 7});
    refused({.code = "tc_128", .message_bytes = 100});
    refused({.code = "k7_1-2", .message_bytes = 0});
    refused({.code = "tc_128", .iterations = 0});
    BOOST_CHECK_THROW(plan_of_code({.code = "tc_128"}, "64QAM"), std::invalid_argument);
    BOOST_CHECK_THROW(plan_of_modcod("qam_3-4", "normal"), std::invalid_argument);
    BOOST_CHECK_THROW(plan_of_modcod("qpsk_1-2", "huge"), std::invalid_argument);
    BOOST_CHECK_THROW(FrameExperiment({plan("tc_128"), std::nan("")}), std::invalid_argument);
}
