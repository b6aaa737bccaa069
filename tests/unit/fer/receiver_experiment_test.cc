#include "fer/receiver_experiment.h"

#include "fer/frame_chain.h"
#include "fer/frame_experiment.h"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <cmath>
#include <stdexcept>

using namespace depinsat;
using namespace depinsat::fer;

namespace {

ReceiverExperiment::Settings settings(double esn0_db, const char* modcod = "qpsk_1-2")
{
    return {.modcod = &fer::find_modcod(modcod, "short"), .path = {.esn0_db = esn0_db}};
}

void check_all_received(const ReceiverExperiment::Settings& one, unsigned frames = 40)
{
    const auto counts = ReceiverExperiment(one).run(1, frames);
    BOOST_TEST(counts.frames == frames);
    BOOST_TEST(counts.frame_errors == 0u);
    BOOST_TEST(counts.undetected_errors == 0u);
    BOOST_TEST(counts.receiver.starts == 1u);
    BOOST_TEST(counts.receiver.starts_without_lock == 0u);
    BOOST_TEST(counts.receiver.starts_in_time == 1u);
    BOOST_TEST(counts.receiver.lock_losses == 0u);
    BOOST_TEST(counts.receiver.snr_frames == frames);
    BOOST_TEST(std::abs(counts.receiver.snr_db / frames - one.path.esn0_db) < 0.3);
}

} // namespace

BOOST_AUTO_TEST_CASE(frames_come_through_above_the_knee)
{
    check_all_received(settings(3));
}

BOOST_AUTO_TEST_CASE(frames_come_through_with_every_impairment)
{
    auto one = settings(4);
    one.pilots = false;
    one.rolloff = 0.35;
    one.pl_scrambling_n = 1000;
    one.path.cfo = -0.03;
    one.path.clock_ppm = 50;
    one.path.spectral_inversion = true;
    check_all_received(one);
    one.pilots = true;
    one.path.samples_per_symbol = 2.7;
    one.path.doppler_rate_hz_per_s = 2000;
    check_all_received(one);
}

BOOST_AUTO_TEST_CASE(phase_noise_of_an_lnb_costs_nothing_far_above_the_knee)
{
    auto one = settings(14, "8psk_3-4");
    one.path.symbol_rate_baud = 20e6;
    one.path.phase_noise.assign(channel::kConsumerLnb.begin(), channel::kConsumerLnb.end());
    const auto counts = ReceiverExperiment(one).run(1, 40);
    BOOST_TEST(counts.frame_errors == 0u);
    for (auto& point : one.path.phase_noise)
        point.dbc_per_hz += 20;
    BOOST_TEST(ReceiverExperiment(one).run(1, 10).frame_errors > 0u);
}

// The phase behind the last of few pilots is the weak place of a short frame: it cost 0.07 dB
// on average, and 1 to 2 of 1000 frames of 16APSK 8/9 at T + 0.2 dB.
BOOST_DATA_TEST_CASE(
    short_frames_want_no_more_iterations_than_at_0_05_db_less_ideally_synchronised,
    boost::unit_test::data::make({"8psk_8-9", "16apsk_8-9"}) ^
        boost::unit_test::data::make({11.0, 13.2}),
    modcod,
    es_n0_db)
{
    constexpr unsigned kFrames = 300; // mean iterations right to 0.05
    auto one = settings(es_n0_db, modcod);
    one.iterations = 50;
    one.path.cfo = 0.1;
    one.path.clock_ppm = 50;
    const auto received = ReceiverExperiment(one).run(1, kFrames);
    const auto ideal =
        FrameExperiment({plan_of_modcod(modcod, "short", 50), es_n0_db - 0.05}).run(1, kFrames);
    BOOST_TEST(received.frame_errors == 0u);
    BOOST_TEST(received.iterations < ideal.iterations);
}

BOOST_AUTO_TEST_CASE(at_the_knee_some_frames_fail_and_are_counted_once)
{
    const auto counts = ReceiverExperiment(settings(0.2)).run(1, 100);
    BOOST_TEST(counts.frame_errors > 0u);
    BOOST_TEST(counts.frame_errors < 100u);
    BOOST_TEST(counts.receiver.snr_frames == 100 - counts.frame_errors);
    BOOST_TEST(counts.receiver.failed_frames > 0u);
    BOOST_TEST(counts.undetected_errors == 0u);
}

BOOST_AUTO_TEST_CASE(without_lock_all_are_lost)
{
    const auto counts = ReceiverExperiment(settings(-15)).run(1, 20);
    BOOST_TEST(counts.frame_errors == 20u);
    BOOST_TEST(counts.receiver.starts_without_lock == 1u);
    BOOST_TEST(counts.receiver.starts_in_time == 0u);
    BOOST_TEST(counts.receiver.snr_frames == 0u);
}

BOOST_AUTO_TEST_CASE(equal_seeds_give_equal_counts)
{
    ReceiverExperiment experiment(settings(0.8));
    const auto once = experiment.run(5, 20);
    BOOST_TEST((experiment.run(5, 20) == once));
    BOOST_TEST(experiment.run(6, 20).receiver.snr_db != once.receiver.snr_db);
}

BOOST_AUTO_TEST_CASE(settings_out_of_range_are_refused)
{
    const auto refused = [](auto&& change) {
        auto one = settings(3);
        change(one);
        BOOST_CHECK_THROW(ReceiverExperiment{one}, std::invalid_argument);
    };
    refused([](auto& one) { one.frames_per_start = 0; });
    refused([](auto& one) { one.rolloff = 0.5; });
    refused([](auto& one) { one.pl_scrambling_n = 262142; });
    refused([](auto& one) { one.path.samples_per_symbol = 1.1; });
    refused([](auto& one) { one.path.symbol_rate_baud = 0; });
    refused([](auto& one) { one.path.cfo = std::nan(""); });
    refused([](auto& one) { one.path.clock_ppm = 1e5; });
    refused([](auto& one) { one.path.doppler_rate_hz_per_s = INFINITY; });
    refused([](auto& one) { one.path.esn0_db = std::nan(""); });
    refused([](auto& one) { one.path.phase_noise = {{100, 10}}; });
}
