#include "depinsat/channel/phase_noise.h"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <cmath>
#include <complex>
#include <limits>
#include <numbers>
#include <stdexcept>
#include <vector>

namespace bdata = boost::unit_test::data;
using namespace depinsat;
using channel::kConsumerLnb;
using channel::PhaseNoise;
using Mask = std::vector<channel::PhaseNoisePoint>;

namespace {

constexpr double kTau = 2 * std::numbers::pi;

/// Density of the phases over both sidebands at one frequency, in dB of rad^2/Hz: the mean of
/// windowed pieces of 16 periods.
double measured_db(PhaseNoise& noise, double sample_rate_hz, double hz, int pieces = 300)
{
    const auto length = size_t(16 * sample_rate_hz / hz);
    std::vector<double> window(length);
    double power = 0, sum = 0;
    for (size_t n = 0; n < length; ++n) {
        window[n] = 1 - std::cos(kTau * double(n) / double(length));
        power += window[n] * window[n];
    }
    std::vector<float> phases(length);
    const auto turn = std::polar(1.0, -kTau * hz / sample_rate_hz);
    for (int piece = 0; piece < pieces; ++piece) {
        noise.phases(phases);
        std::complex<double> bin = 0, rotor = 1;
        for (size_t n = 0; n < length; ++n, rotor *= turn)
            bin += window[n] * double(phases[n]) * rotor;
        sum += std::norm(bin);
    }
    return 10 * std::log10(sum / pieces / power / sample_rate_hz);
}

double mask_db(std::span<const channel::PhaseNoisePoint> mask, double hz)
{
    for (size_t i = 1; i < mask.size(); ++i)
        if (hz <= mask[i].offset_hz)
            return mask[i - 1].dbc_per_hz +
                   (mask[i].dbc_per_hz - mask[i - 1].dbc_per_hz) *
                       std::log(hz / mask[i - 1].offset_hz) /
                       std::log(mask[i].offset_hz / mask[i - 1].offset_hz);
    return mask.back().dbc_per_hz;
}

struct Point {
    double sample_rate_hz, hz;
};
std::ostream& operator<<(std::ostream& out, const Point& p)
{
    return out << p.hz << " Hz at " << p.sample_rate_hz << " samples a second";
}

} // namespace

// 300 pieces give 0.25 dB of deviation, the fit is within 1 dB.
BOOST_DATA_TEST_CASE(the_spectrum_is_the_mask,
                     bdata::make(Point{20e3, 100},
                                 Point{20e3, 450},
                                 Point{20e3, 3e3},
                                 Point{200e3, 1e3},
                                 Point{2e6, 5e3},
                                 Point{2e6, 10e3},
                                 Point{2e6, 140e3},
                                 Point{2e6, 480e3},
                                 Point{40e6, 100e3},
                                 Point{40e6, 1e6},
                                 Point{40e6, 9e6}),
                     point)
{
    PhaseNoise noise(kConsumerLnb, point.sample_rate_hz, 1);
    const double measured = measured_db(noise, point.sample_rate_hz, point.hz);
    const double asked = mask_db(kConsumerLnb, point.hz);
    BOOST_TEST_CONTEXT("measured " << measured << " dBc/Hz, asked " << asked)
    {
        BOOST_TEST(std::abs(measured - asked) < 1.5);
    }
}

BOOST_AUTO_TEST_CASE(a_mask_of_one_point_is_white)
{
    const Mask mask{{1e3, -80}};
    PhaseNoise noise(mask, 1e6, 1);
    std::vector<float> phases(200'000);
    noise.phases(phases);
    double power = 0;
    for (const float phase : phases)
        power += phase * phase;
    BOOST_TEST(std::abs(10 * std::log10(power / double(phases.size()) / (1e-8 * 1e6))) < 0.5);
}

BOOST_AUTO_TEST_CASE(samples_are_turned_and_keep_their_power)
{
    PhaseNoise a(kConsumerLnb, 1e6, 7), b(kConsumerLnb, 1e6, 7);
    std::vector<Sample> samples(1000, Sample(0, 2));
    std::vector<float> phases(1000);
    a.phases(phases);
    b.process(samples);
    for (size_t n = 0; n < samples.size(); ++n) {
        BOOST_TEST(std::abs(std::abs(samples[n]) - 2) < 1e-5);
        BOOST_TEST(std::abs(samples[n] - 2.0f * std::polar(1.0f, float(kTau / 4) + phases[n])) <
                   1e-5);
    }
}

BOOST_AUTO_TEST_CASE(the_cuts_change_nothing_and_the_seed_does)
{
    std::vector<float> whole(5000), cut(5000), other(5000);
    PhaseNoise(kConsumerLnb, 1e6, 3).phases(whole);
    PhaseNoise noise(kConsumerLnb, 1e6, 3);
    for (size_t begin = 0, size = 1; begin < cut.size(); begin += size, size = size * 3 % 101) {
        size = std::min(size, cut.size() - begin);
        noise.phases(std::span(cut).subspan(begin, size));
    }
    PhaseNoise(kConsumerLnb, 1e6, 4).phases(other);
    BOOST_TEST(whole == cut, boost::test_tools::per_element());
    BOOST_TEST((whole != other));
}

BOOST_AUTO_TEST_CASE(masks_that_mean_nothing_are_refused)
{
    const double nan = std::numeric_limits<double>::quiet_NaN();
    for (const Mask& mask :
         {Mask{}, Mask{{0, -30}}, Mask{{nan, -30}}, Mask{{100, nan}}, Mask{{100, 1}},
          Mask{{100, -30}, {100, -40}}, Mask{{100, -30}, {50, -40}},
          Mask{{100, -30}, {1000, -71}}, Mask{{100, -30}, {1000, -20}}, Mask{{0.01, -30}}})
        BOOST_CHECK_THROW(PhaseNoise(mask, 1e6, 1), std::invalid_argument);
    BOOST_CHECK_THROW(PhaseNoise(kConsumerLnb, 0, 1), std::invalid_argument);
    BOOST_CHECK_THROW(PhaseNoise(kConsumerLnb, nan, 1), std::invalid_argument);
}
