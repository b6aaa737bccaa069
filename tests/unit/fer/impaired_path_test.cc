#include "fer/impaired_path.h"

#include <boost/test/unit_test.hpp>

#include <cmath>
#include <complex>
#include <numbers>

using namespace depinsat;
using namespace depinsat::fer;

namespace {

constexpr size_t kPiece = 1000;

ImpairedPath path(const Impairments& impairments, uint64_t seed = 1)
{
    std::mt19937_64 random(seed);
    return ImpairedPath(impairments, random);
}

/// Mean frequency of a piece in cycles per symbol, where the input is a carrier.
double frequency(ImpairedPath& one, const Impairments& impairments)
{
    const std::vector<Sample> carrier(kPiece, Sample(1, 0));
    const auto samples = one.process(carrier);
    std::complex<double> turn = 0;
    for (size_t n = 1; n < samples.size(); ++n)
        turn += std::complex<double>(samples[n] * std::conj(samples[n - 1]));
    return std::arg(turn) / (2 * std::numbers::pi) * impairments.samples_per_symbol;
}

} // namespace

BOOST_AUTO_TEST_CASE(the_carrier_is_moved_and_the_inversion_mirrors_it)
{
    Impairments impairments{.esn0_db = 60, .samples_per_symbol = 2.5, .cfo = 0.11};
    auto up = path(impairments);
    frequency(up, impairments); // the resampler fills
    BOOST_TEST(std::abs(frequency(up, impairments) - 0.11) < 1e-3);
    impairments.spectral_inversion = true;
    auto down = path(impairments);
    frequency(down, impairments);
    BOOST_TEST(std::abs(frequency(down, impairments) + 0.11) < 1e-3);
}

BOOST_AUTO_TEST_CASE(a_doppler_rate_moves_it_to_and_fro)
{
    const Impairments impairments{.esn0_db = 60, .cfo = 0.05, .doppler_rate_hz_per_s = 2e7};
    auto one = path(impairments);
    frequency(one, impairments);
    // 500 symbols of a microsecond at 20 Hz/us are 0.01 cycles per symbol.
    double before = frequency(one, impairments), lowest = 1, highest = -1;
    BOOST_TEST(std::abs(before - 0.065) < 2e-3);
    for (int piece = 0; piece < 100; ++piece) {
        const double now = frequency(one, impairments);
        BOOST_TEST(std::abs(now - before) < 0.012);
        lowest = std::min(lowest, now);
        highest = std::max(highest, now);
        before = now;
    }
    BOOST_TEST(std::abs(lowest - (0.05 - kDopplerSpan)) < 0.015);
    BOOST_TEST(std::abs(highest - (0.05 + kDopplerSpan)) < 0.015);
}

BOOST_AUTO_TEST_CASE(the_noise_is_that_of_the_receivers_rate)
{
    const Impairments impairments{.esn0_db = 0, .samples_per_symbol = 4};
    auto one = path(impairments);
    const std::vector<Sample> silence(50'000);
    double power = 0;
    const auto samples = one.process(silence);
    for (const auto sample : samples)
        power += std::norm(sample);
    BOOST_TEST(std::abs(double(samples.size()) - 100'000) < 50);
    BOOST_TEST(std::abs(power / double(samples.size()) - 4) < 0.1);
}
