#include "depinsat/modulation/pulse_shaper.h"
#include "depinsat/waveform/dvbs2_encoder.h"
#include "unit/waveform/dvbs2_starts.h"
#include "unit/waveform/resampled.h"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

using namespace depinsat;
using namespace depinsat::waveform;
using namespace depinsat::waveform::test;
using framing::FrameSize;

namespace {

Dvbs2ReceiverConfig config_at(const CaptureSpec& spec, double samples_per_symbol)
{
    auto config = receiver_config(spec);
    config.sample_rate_hz = samples_per_symbol * config.symbol_rate_baud;
    return config;
}

} // namespace

// Each frame but the first ones, where the clock settles; 1.2 samples a symbol hold nothing but
// the signal at roll-off 0.20.
BOOST_DATA_TEST_CASE(any_number_of_samples_a_symbol_is_taken,
                     boost::unit_test::data::make({1.2, 1.5, 2.39, 4.0, 8.0, 10.0, 64.0}),
                     samples_per_symbol)
{
    CaptureSpec spec{.frames = samples_per_symbol > 20 ? 6u : 12u, .es_n0_db = 2};
    spec.offset = samples_per_symbol < 1.5 ? 0.002 : 0.11;
    const auto samples = capture_at(spec, samples_per_symbol);
    const auto reception = receive(config_at(spec, samples_per_symbol), samples);
    BOOST_TEST(reception.good(spec, 1, spec.frames) >= spec.frames - 1);
    BOOST_TEST(reception.stats.lock_losses == 0u);
    BOOST_TEST(std::abs(reception.stats.snr_db - 2) < 0.4);
    const double symbols = double(frame_symbols(spec));
    for (const auto& [frame, data] : reception.frames) {
        const double sent =
            (double(index_of(data)) * symbols + 16 - 0.37 / 4) * samples_per_symbol;
        BOOST_TEST(std::abs(double(frame.first_sample) - sent) <= 1 + 0.1 * samples_per_symbol);
    }
}

BOOST_DATA_TEST_CASE(the_end_of_the_input_is_not_lost_at_high_rates,
                     boost::unit_test::data::make({8.0, 31.0}),
                     samples_per_symbol)
{
    CaptureSpec spec{.frames = 2, .es_n0_db = 6};
    const auto samples = capture_at(spec, samples_per_symbol);
    const auto end = size_t((2.0 * double(frame_symbols(spec)) + 16) * samples_per_symbol);
    const auto config = config_at(spec, samples_per_symbol);
    const auto whole = receive(config, std::span(samples).first(end));
    BOOST_TEST(whole.good(spec, 0, 2) == 2u);
    const auto cut =
        receive(config, std::span(samples).first(end - size_t(20 * samples_per_symbol)));
    BOOST_TEST(cut.good(spec, 0, 2) == 1u);
    for (const size_t length : {1u, 1000u, 100001u}) {
        const std::array cuts{length};
        const auto pieces = receive(config, std::span(samples).first(end), cuts);
        BOOST_REQUIRE(pieces.frames.size() == whole.frames.size());
        BOOST_TEST(pieces.frames[1].frame.snr_db == whole.frames[1].frame.snr_db);
        BOOST_TEST(pieces.frames[1].data == whole.frames[1].data);
    }
}

BOOST_DATA_TEST_CASE(every_rolloff_is_taken,
                     boost::unit_test::data::make({0.35, 0.25, 0.20, 0.15, 0.10, 0.05}) ^
                         boost::unit_test::data::make({2u, 3u, 2u, 3u, 2u, 2u}),
                     rolloff,
                     samples_per_symbol)
{
    CaptureSpec spec{.frames = 20, .es_n0_db = 2, .offset = 0.15, .clock_ppm = 20};
    spec.samples_per_symbol = samples_per_symbol;
    Dvbs2Encoder encoder(0.20, 0);
    modulation::PulseShaper shaper(samples_per_symbol, rolloff);
    const auto& modcod = framing::find_modcod(spec.modcod, spec.size);
    std::vector<Sample> samples;
    for (unsigned i = 0; i <= spec.frames; ++i) {
        Dvbs2FrameToSend frame;
        frame.modcod = &modcod;
        frame.pilots = spec.pilots;
        frame.data_field = data_of(spec.seed, i, modcod.data_field_bytes());
        const auto symbols = encoder.encode(frame);
        const size_t begin = samples.size();
        samples.resize(begin + symbols.size() * samples_per_symbol);
        shaper.process(symbols, std::span(samples).subspan(begin));
    }
    auto config = receiver_config(spec);
    config.rolloff = rolloff;
    const auto reception = receive(config, impair(spec, std::move(samples)));
    BOOST_TEST(reception.good(spec, 2, spec.frames) == spec.frames - 2);
    BOOST_TEST(std::abs(reception.stats.snr_db - 2) < 0.4);
}

// A fifth of the symbol rate off: the filters are where the signal is before the first symbol
// is made, so that nothing is lost even at the start.
BOOST_DATA_TEST_CASE(a_carrier_a_fifth_of_the_symbol_rate_off_loses_nothing,
                     boost::unit_test::data::make({-0.2, 0.2}) *
                         boost::unit_test::data::make({true, false}),
                     offset,
                     pilots)
{
    CaptureSpec spec{.pilots = pilots, .frames = 30, .es_n0_db = 2, .offset = offset};
    spec.clock_ppm = 100;
    spec.dropped = 3217;
    const auto far = receive(receiver_config(spec), impair(spec, clean_capture(spec)));
    spec.offset = 0;
    const auto near = receive(receiver_config(spec), impair(spec, clean_capture(spec)));
    BOOST_TEST(far.good(spec, 2, spec.frames) == spec.frames - 2);
    BOOST_TEST(std::abs(far.stats.cfo_hz - offset * 500e3) < 10);
    const auto mean_snr = [](const Reception& reception) {
        double sum = 0;
        for (size_t i = 4; i < reception.frames.size(); ++i)
            sum += reception.frames[i].frame.snr_db;
        return sum / double(reception.frames.size() - 4);
    };
    BOOST_TEST(std::abs(mean_snr(far) - mean_snr(near)) < 0.3);
}

// dvbs2_receiver_slow_test has a hundred starts of each.
BOOST_DATA_TEST_CASE(any_start_gives_a_frame_within_eight,
                     boost::unit_test::data::make({false, true}) *
                         boost::unit_test::data::make({true, false}),
                     normal,
                     pilots)
{
    const unsigned starts = normal ? 4 : 12;
    BOOST_TEST(starts_within_eight_frames(normal, pilots, starts) == starts);
}

// 1 dB, 5 degrees and DC of -20 dB cost nothing to speak of once they are known; uncorrected
// they would cost 32APSK its frames.
BOOST_AUTO_TEST_CASE(dc_and_image_of_a_radio_are_taken_away)
{
    CaptureSpec spec{.modcod = "32apsk_4-5", .frames = 130, .es_n0_db = 15.5, .offset = 0.02};
    spec.clock_ppm = 20;
    auto samples = impair(spec, clean_capture(spec));
    const auto mean_snr = [](const Reception& reception) {
        double sum = 0;
        for (size_t i = reception.frames.size() - 40; i < reception.frames.size(); ++i)
            sum += reception.frames[i].frame.snr_db;
        return sum / 40;
    };
    auto config = receiver_config(spec);
    const auto clean = receive(config, samples);
    config.iq_correction = true;
    const auto unharmed = receive(config, samples);
    const float gain = std::pow(10.0f, 1.0f / 20), angle = 5 * std::numbers::pi_v<float> / 180;
    for (Sample& x : samples)
        x = Sample(x.real(), gain * (std::cos(angle) * x.imag() + std::sin(angle) * x.real())) +
            Sample(0.07f, 0.07f);
    const auto corrected = receive(config, samples);
    config.iq_correction = false;
    const auto harmed = receive(config, samples);
    BOOST_TEST(mean_snr(clean) - mean_snr(harmed) > 1);
    BOOST_TEST(corrected.good(spec, 90, 130) == 40u);
    BOOST_TEST(std::abs(mean_snr(corrected) - mean_snr(clean)) < 0.1);
    BOOST_TEST(std::abs(mean_snr(unharmed) - mean_snr(clean)) < 0.03);
    const std::array<size_t, 2> cuts{1000, 1};
    config.iq_correction = true;
    const auto cut = receive(config, samples, cuts);
    BOOST_REQUIRE(cut.frames.size() == corrected.frames.size());
    BOOST_TEST(mean_snr(cut) == mean_snr(corrected));
}

BOOST_DATA_TEST_CASE(ripple_of_a_filter_is_equalised,
                     boost::unit_test::data::make({true, false}),
                     pilots)
{
    CaptureSpec spec{.modcod = "16apsk_3-4", .pilots = pilots, .frames = 100, .es_n0_db = 100};
    spec.offset = 0.05;
    const auto mean_snr = [](const Reception& reception) {
        double sum = 0;
        for (size_t i = reception.frames.size() - 40; i < reception.frames.size(); ++i)
            sum += reception.frames[i].frame.snr_db;
        return sum / 40;
    };
    auto config = receiver_config(spec);
    const auto clean = clean_capture(spec);
    auto rippled = clean;
    for (size_t n = 2; n < clean.size(); ++n) // 2 dB from peak to peak, and group delay
        rippled[n] = clean[n] + Sample(0, 0.115f) * clean[n - 2];
    spec.es_n0_db = 14;
    const auto samples = impair(spec, clean);
    const double reference = mean_snr(receive(config, samples));
    const double harmed = mean_snr(receive(config, impair(spec, rippled)));
    config.equaliser = true;
    const auto equalised = receive(config, impair(spec, rippled));
    BOOST_TEST(reference - harmed > 0.8);
    BOOST_TEST(std::abs(mean_snr(equalised) - reference) < 0.25);
    BOOST_TEST(equalised.good(spec, 20, 100) == 80u);
    BOOST_TEST(std::abs(mean_snr(receive(config, samples)) - reference) < 0.05);
}
