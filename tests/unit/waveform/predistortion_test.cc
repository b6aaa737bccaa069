// A saturated amplifier behind the transmitter, with and without predistortion.
#include "depinsat/channel/amplifier.h"
#include "depinsat/modulation/root_raised_cosine.h"
#include "depinsat/waveform/dvbs2_transmitter.h"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <cmath>
#include <complex>
#include <limits>
#include <random>

namespace bdata = boost::unit_test::data;
using namespace depinsat;
using namespace depinsat::waveform;

namespace {

constexpr unsigned kSamplesPerSymbol = 4;
constexpr size_t kSymbols = 8000;

struct Source : Dvbs2FrameSource {
    explicit Source(const char* name)
        : modcod(framing::find_modcod(name, framing::FrameSize::kNormal))
    {}
    bool next(Dvbs2FrameToSend& frame) override
    {
        frame.modcod = &modcod;
        frame.data_field.resize(modcod.data_field_bytes());
        for (auto& byte : frame.data_field)
            byte = uint8_t(random());
        return true;
    }
    const framing::Modcod& modcod;
    std::mt19937 random{1};
};

/// The curve at the drive of this back-off, as a measurement would give it.
std::vector<modulation::AmplifierPoint> measured(double backoff_db)
{
    const double drive = std::pow(10, -backoff_db / 20);
    std::vector<modulation::AmplifierPoint> points;
    for (double input = 0; input <= 1.2 / drive; input += 0.01)
        points.push_back({input, channel::SalehAmplifier::amplitude(drive * input),
                          channel::SalehAmplifier::phase(drive * input)});
    return points;
}

std::vector<Sample> sent(const char* modcod,
                         unsigned samples_per_symbol,
                         size_t samples,
                         const std::vector<modulation::AmplifierPoint>& amplifier = {},
                         double gain = 1)
{
    Source source(modcod);
    Dvbs2Transmitter transmitter({.samples_per_symbol = samples_per_symbol,
                                  .amplifier = amplifier,
                                  .amplifier_gain = gain},
                                 source);
    std::vector<Sample> out(samples);
    transmitter.generate(out);
    return out;
}

/// Ratio of wanted to unwanted power behind the matched filter, in dB, and the mean power that
/// left the amplifier relative to saturation, in dB.
struct Quality {
    double mer_db, backoff_db;
};

Quality quality(const char* modcod, std::vector<Sample> samples, double drive_db)
{
    channel::SalehAmplifier(drive_db).process(samples);
    double power = 0;
    for (const Sample sample : samples)
        power += std::norm(sample) / double(samples.size());
    const auto symbols = sent(modcod, 1, kSymbols);
    const auto taps = modulation::root_raised_cosine(kSamplesPerSymbol, 0.20);
    std::vector<std::complex<double>> received(kSymbols);
    std::complex<double> correlation;
    double wanted = 0, all = 0;
    for (size_t n = 0; n < kSymbols; ++n) {
        for (size_t i = 0; i < taps.size(); ++i)
            received[n] +=
                std::complex<double>(samples[kSamplesPerSymbol * n + i]) * double(taps[i]);
        correlation += received[n] * std::conj(std::complex<double>(symbols[n]));
        wanted += std::norm(symbols[n]);
        all += std::norm(received[n]);
    }
    const double explained = std::norm(correlation) / wanted;
    return {10 * std::log10(explained / (all - explained)), -10 * std::log10(power)};
}

size_t samples_needed()
{
    return kSamplesPerSymbol * kSymbols +
           2 * modulation::root_raised_cosine(kSamplesPerSymbol, 0.20).size();
}

} // namespace

BOOST_DATA_TEST_CASE(predistortion_gains_decibels_of_mer_at_the_same_output_power,
                     bdata::make({"16apsk_3-4", "32apsk_4-5"}),
                     modcod)
{
    constexpr double kGain = 0.62; // output back-off of about 4 dB
    const auto with = quality(
        modcod, sent(modcod, kSamplesPerSymbol, samples_needed(), measured(0), kGain), 0);
    // Without it, at the drive that gives the same output power.
    double drive_db = 0;
    auto without = quality(modcod, sent(modcod, kSamplesPerSymbol, samples_needed()), drive_db);
    for (; without.backoff_db < with.backoff_db; drive_db += 0.1)
        without = quality(modcod, sent(modcod, kSamplesPerSymbol, samples_needed()), drive_db);
    BOOST_TEST_MESSAGE(modcod << ": output back-off " << with.backoff_db << " dB, MER "
                              << without.mer_db << " dB without, " << with.mer_db
                              << " dB with predistortion");
    BOOST_TEST(with.backoff_db < 5);
    BOOST_TEST(with.mer_db - without.mer_db > 6);
}

BOOST_AUTO_TEST_CASE(together_with_the_amplifier_it_is_linear_up_to_saturation)
{
    const modulation::Predistorter predistorter(measured(0), 0.5);
    for (double amplitude = 0.01; amplitude < 3; amplitude += 0.01) {
        Sample sample = std::polar(float(amplitude), 0.7f);
        predistorter.process(std::span(&sample, 1));
        channel::SalehAmplifier(0).process(std::span(&sample, 1));
        const double expected = std::min(0.5 * amplitude, 1.0);
        BOOST_TEST(std::abs(std::abs(sample) - expected) < 0.003);
        BOOST_TEST(std::abs(std::arg(sample) - 0.7) < 0.01);
    }
    Sample zero{};
    predistorter.process(std::span(&zero, 1));
    BOOST_TEST(std::abs(zero) == 0);
}

BOOST_AUTO_TEST_CASE(wrong_tables_are_refused)
{
    using Points = std::vector<modulation::AmplifierPoint>;
    const double nan = std::numeric_limits<double>::quiet_NaN();
    const auto make = [](const Points& points, double gain) {
        modulation::Predistorter(points, gain);
    };
    BOOST_CHECK_NO_THROW(make({{0, 0, 0}, {1, 1, 0}}, 1));
    for (const Points& points : {Points{}, Points{{0, 0, 0}}, Points{{0, 0, 0}, {0, 1, 0}},
                                 Points{{0, 1, 0}, {1, 1, 0}}, Points{{0, 0, 0}, {1, nan, 0}},
                                 Points{{-1, 0, 0}, {1, 1, 0}}, Points(4097)})
        BOOST_CHECK_THROW(make(points, 1), std::invalid_argument);
    for (const double gain : {0.0, -1.0, nan})
        BOOST_CHECK_THROW(make({{0, 0, 0}, {1, 1, 0}}, gain), std::invalid_argument);
    Source source("qpsk_1-2");
    BOOST_CHECK_THROW(
        Dvbs2Transmitter({.samples_per_symbol = 1, .amplifier = measured(0)}, source),
        std::invalid_argument);
}
