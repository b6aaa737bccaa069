#include "depinsat/waveform/dvbs2_receiver.h"

#include "unit/waveform/dvbs2_capture.h"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <cmath>
#include <stdexcept>

using namespace depinsat;
using namespace depinsat::waveform;
using namespace depinsat::waveform::test;
using framing::FrameSize;

namespace {

constexpr auto kShort = FrameSize::kShort;
constexpr auto kNormal = FrameSize::kNormal;

} // namespace

// The corners of the requirement: 3 dB, 5 % of the symbol rate, 50 ppm, any phase and timing.
BOOST_DATA_TEST_CASE(frames_after_the_tenth_come_out_at_3_db,
                     boost::unit_test::data::make({false, true}) *
                         boost::unit_test::data::make({true, false}) *
                         boost::unit_test::data::make({-0.05, 0.0, 0.05}) *
                         boost::unit_test::data::make({-50.0, 50.0}),
                     normal,
                     pilots,
                     offset,
                     ppm)
{
    const auto size = normal ? kNormal : kShort;
    CaptureSpec spec{.size = size, .pilots = pilots, .frames = normal ? 16u : 40u};
    spec.offset = offset;
    spec.clock_ppm = ppm;
    spec.phase = 20 * offset + 2;
    spec.dropped = size_t(4000 * (offset + 1) + ppm);
    const auto reception = receive(receiver_config(spec), impair(spec, clean_capture(spec)));
    BOOST_TEST(reception.good(spec, 10, spec.frames) == spec.frames - 10);
    BOOST_TEST(reception.stats.lock_losses == 0);
    BOOST_TEST(std::abs(reception.stats.cfo_hz - offset * 500e3) < 10);
    BOOST_TEST(std::abs(reception.stats.symbol_rate_error_ppm - ppm) < 10);
    BOOST_TEST(std::abs(reception.stats.snr_db - 3) < 0.4);
}

BOOST_DATA_TEST_CASE(
    other_modcods_ratios_and_filters_come_out_as_well,
    boost::unit_test::data::make({
        CaptureSpec{.modcod = "8psk_2-3", .pilots = true, .es_n0_db = 8},
        CaptureSpec{.modcod = "8psk_2-3", .pilots = false, .es_n0_db = 8},
        CaptureSpec{.modcod = "8psk_2-3", .size = kNormal, .frames = 14, .es_n0_db = 8},
        CaptureSpec{.modcod = "qpsk_3-4", .pilots = false, .es_n0_db = 5.5},
        CaptureSpec{.modcod = "qpsk_1-4", .pilots = false, .es_n0_db = 0},
        CaptureSpec{.rolloff = 0.35},
        CaptureSpec{.rolloff = 0.15},
        CaptureSpec{.rolloff = 0.10},
        CaptureSpec{.rolloff = 0.25, .pl_scrambling_n = 10949},
        CaptureSpec{.pilots = false, .samples_per_symbol = 3},
        CaptureSpec{.frames = 20, .samples_per_symbol = 8},
    }))
{
    CaptureSpec spec = sample;
    spec.offset = 0.03;
    spec.clock_ppm = -50;
    spec.dropped = 1234;
    const auto reception = receive(receiver_config(spec), impair(spec, clean_capture(spec)));
    BOOST_TEST(reception.good(spec, 10, spec.frames) == spec.frames - 10);
}

// The shaping filter is four times as long as at roll-off 0.20.
BOOST_AUTO_TEST_CASE(at_the_lowest_roll_off_frames_after_the_tenth_come_out)
{
    CaptureSpec spec{.offset = 0.03, .clock_ppm = -50, .dropped = 1234, .rolloff = 0.05};
    const auto reception =
        receive(receiver_config(spec), impair(spec, clean_capture(spec, 256)));
    BOOST_TEST(reception.good(spec, 10, spec.frames) == spec.frames - 10);
}

// 1.5 dB above the Es/N0 at which the standard has the code quasi-error-free.
BOOST_DATA_TEST_CASE(frames_of_apsk_after_the_tenth_come_out,
                     boost::unit_test::data::make({"16apsk_3-4", "32apsk_4-5"}) *
                         boost::unit_test::data::make({false, true}) *
                         boost::unit_test::data::make({true, false}) *
                         boost::unit_test::data::make({-0.05, 0.05}),
                     modcod,
                     normal,
                     pilots,
                     offset)
{
    CaptureSpec spec{.modcod = modcod, .pilots = pilots, .frames = normal ? 16u : 40u};
    spec.size = normal ? kNormal : kShort;
    spec.es_n0_db = framing::find_modcod(modcod, kNormal).ideal_esn0_db + 1.5;
    spec.offset = offset;
    spec.clock_ppm = offset > 0 ? -50 : 50;
    spec.phase = 20 * offset + 2;
    spec.dropped = size_t(4000 * (offset + 1));
    const auto reception = receive(receiver_config(spec), impair(spec, clean_capture(spec)));
    BOOST_TEST(reception.good(spec, 10, spec.frames) == spec.frames - 10);
    BOOST_TEST(reception.stats.lock_losses == 0);
    BOOST_TEST(std::abs(reception.stats.cfo_hz - offset * 500e3) < 10);
    BOOST_TEST(std::abs(reception.stats.snr_db - spec.es_n0_db) < 0.4);
}

BOOST_AUTO_TEST_CASE(any_ratio_of_rates_is_taken)
{
    CaptureSpec spec{.frames = 20, .es_n0_db = 10};
    auto config = receiver_config(spec);
    channel::ClockError resampler(-10000); // to 2 / 0.99 samples per symbol
    auto clean = clean_capture(spec);
    std::vector<Sample> samples(resampler.max_output(clean.size()));
    samples.resize(resampler.process(clean, samples));
    config.sample_rate_hz /= 0.99;
    const auto reception = receive(config, impair(spec, std::move(samples)));
    BOOST_TEST(reception.good(spec, 0, 20) == 20u);
}

BOOST_AUTO_TEST_CASE(the_first_sample_of_each_frame_is_told)
{
    for (const unsigned ratio : {2u, 4u}) {
        CaptureSpec spec{.frames = 12, .es_n0_db = 10, .samples_per_symbol = ratio};
        const auto reception =
            receive(receiver_config(spec), impair(spec, clean_capture(spec)));
        BOOST_REQUIRE(reception.frames.size() == 12);
        const size_t delay = 16 * ratio; // of the transmitter's filter
        for (const auto& [frame, data] : reception.frames) {
            const size_t sent = frame.sequence * frame_symbols(spec) * ratio + delay;
            BOOST_TEST(std::abs(double(frame.first_sample) - double(sent)) <= 1);
        }
    }
}

BOOST_DATA_TEST_CASE(es_n0_and_offset_are_estimated,
                     boost::unit_test::data::make({0.0, 3.0, 6.0, 10.0, 15.0, 20.0}) *
                         boost::unit_test::data::make({true, false}),
                     es_n0_db,
                     pilots)
{
    CaptureSpec spec{
        .modcod = "qpsk_1-4", .pilots = pilots, .frames = 50, .es_n0_db = es_n0_db};
    spec.offset = -0.031;
    spec.clock_ppm = 20;
    const auto reception = receive(receiver_config(spec), impair(spec, clean_capture(spec)));
    double snr_db = 0, count = 0;
    for (const auto& [frame, data] : reception.frames)
        if (frame.sequence >= 10) {
            snr_db += frame.snr_db;
            ++count;
            BOOST_TEST(std::abs(frame.cfo_hz + 15500) < 20);
        }
    BOOST_TEST(count >= 38);
    BOOST_TEST(std::abs(snr_db / count - es_n0_db) < 0.3);
}

BOOST_DATA_TEST_CASE(a_turned_spectrum_is_found_and_turned_back,
                     boost::unit_test::data::make({-0.2, -0.02, 0.0, 0.13, 0.2}) ^
                         boost::unit_test::data::make({true, false, true, false, true}),
                     offset,
                     pilots)
{
    CaptureSpec spec{.pilots = pilots, .frames = 15, .es_n0_db = 2, .offset = offset};
    auto samples = impair(spec, clean_capture(spec));
    for (const bool inverted : {false, true}) {
        const auto way = inverted ? SpectralInversion::kInverted : SpectralInversion::kNormal;
        const auto other = inverted ? SpectralInversion::kNormal : SpectralInversion::kInverted;
        auto config = receiver_config(spec);
        for (const auto configured : {way, SpectralInversion::kAuto}) {
            config.spectral_inversion = configured;
            const auto reception = receive(config, samples);
            BOOST_TEST(reception.good(spec, 1, 15) == 14);
            BOOST_TEST(reception.stats.spectrum_inverted == inverted);
            const double cfo = inverted ? -500e3 * offset : 500e3 * offset;
            BOOST_TEST(std::abs(reception.stats.cfo_hz - cfo) < 20);
        }
        config.spectral_inversion = other;
        const auto reception = receive(config, samples);
        BOOST_TEST(reception.frames.empty());
        BOOST_TEST(!reception.stats.locked);
        for (Sample& x : samples)
            x = std::conj(x);
    }
}

BOOST_AUTO_TEST_CASE(one_frame_alone_with_a_turned_spectrum_comes_out)
{
    CaptureSpec spec{.frames = 1, .es_n0_db = 8, .offset = 0.1};
    auto samples = impair(spec, clean_capture(spec, 16));
    for (Sample& x : samples)
        x = std::conj(x);
    BOOST_TEST(receive(receiver_config(spec), samples).good(spec, 0, 1) == 1);
}

BOOST_AUTO_TEST_CASE(dummy_frames_are_counted_and_frames_between_them_come_out)
{
    struct Source final : Dvbs2FrameSource {
        bool next(Dvbs2FrameToSend& frame) override
        {
            const unsigned turn = asked++;
            if (turn % 3 != 2)
                return false;
            frame.modcod = &framing::find_modcod("qpsk_1-2", kShort);
            frame.pilots = turn % 2;
            frame.header = {};
            frame.data_field = data_of(1, sent++, frame.modcod->data_field_bytes());
            return true;
        }
        unsigned asked = 0, sent = 0;
    } source;
    Dvbs2Transmitter transmitter({}, source);
    std::vector<Sample> samples(800000);
    transmitter.generate(samples);
    CaptureSpec spec{.es_n0_db = 3, .offset = 0.05, .clock_ppm = 50};
    const auto reception = receive(receiver_config(spec), impair(spec, samples));
    BOOST_TEST(reception.good(spec, 0, 1000) >= source.sent - 2);
    BOOST_TEST(reception.stats.dummy_frames >= source.asked - source.sent - 2);
    BOOST_TEST(reception.stats.failed_frames == 0);
}

BOOST_AUTO_TEST_CASE(parameters_out_of_range_are_refused)
{
    const auto make = [](auto change) {
        Dvbs2ReceiverConfig config;
        change(config);
        Dvbs2Receiver(config, [](const Dvbs2ReceivedFrame&) {});
    };
    BOOST_CHECK_NO_THROW(make([](auto&) {}));
    BOOST_CHECK_NO_THROW(make([](auto& c) { c.sample_rate_hz = 0.6e6; }));
    BOOST_CHECK_THROW(make([](auto& c) { c.sample_rate_hz = 0.59e6; }), std::invalid_argument);
    BOOST_CHECK_THROW(make([](auto& c) {
                          c.sample_rate_hz = 0.6e6;
                          c.rolloff = 0.25;
                      }),
                      std::invalid_argument);
    BOOST_CHECK_THROW(make([](auto& c) { c.sample_rate_hz = 1.1e9; }), std::invalid_argument);
    BOOST_CHECK_THROW(make([](auto& c) { c.sample_rate_hz = NAN; }), std::invalid_argument);
    BOOST_CHECK_THROW(make([](auto& c) { c.symbol_rate_baud = 0; }), std::invalid_argument);
    BOOST_CHECK_THROW(make([](auto& c) { c.rolloff = 0.3; }), std::invalid_argument);
    BOOST_CHECK_THROW(make([](auto& c) { c.pl_scrambling_n = 262142; }), std::invalid_argument);
    BOOST_CHECK_THROW(make([](auto& c) { c.max_iterations = 0; }), std::invalid_argument);
}
