#include "depinsat/channel/clock_error.h"
#include "simd_targets.h"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <cmath>
#include <numbers>
#include <random>
#include <vector>

namespace bdata = boost::unit_test::data;
using namespace depinsat;
using channel::ClockError;

namespace {

std::vector<Sample> tone(double cycles_per_sample, size_t count)
{
    std::vector<Sample> samples(count);
    for (size_t i = 0; i < count; ++i)
        samples[i] = Sample(std::polar(1.0, 2.0 * std::numbers::pi *
                                                std::fmod(cycles_per_sample * double(i), 1.0)));
    return samples;
}

std::vector<Sample> resampled(double ppm, std::span<const Sample> in)
{
    ClockError kernel(ppm);
    std::vector<Sample> out(kernel.max_output(in.size()));
    out.resize(kernel.process(in, out));
    return out;
}

} // namespace

// Everything that is not the tone at its new frequency: images, aliases, ripple.
BOOST_DATA_TEST_CASE(errors_stay_60_db_below_the_signal,
                     bdata::make({0.0, 0.01, 0.1, 0.25, -0.3, 0.3375, -0.3375}) *
                         bdata::make({0.0, 50.0, -50.0, 1000.0, -10000.0}),
                     frequency,
                     ppm)
{
    const auto out = resampled(ppm, tone(frequency, 60'000));
    double error = 0.0;
    for (size_t n = 2 * ClockError::kTaps; n < out.size(); ++n) {
        const double time = double(n) * (1.0 + ppm * 1e-6) - double(ClockError::kDelay);
        const auto expected =
            std::polar(1.0, 2.0 * std::numbers::pi * std::fmod(frequency * time, 1.0));
        error += std::norm(expected - std::complex<double>(out[n]));
    }
    BOOST_TEST(10.0 * std::log10(error / double(out.size()) + 1e-20) < -60.0);
}

BOOST_DATA_TEST_CASE(any_ratio_and_start_meet_the_tone,
                     bdata::make(test::simd_targets()) *
                         bdata::make({0.6, 0.7071, 1.0, 1.25, 8.0}) *
                         bdata::make({0.0, 0.3, 0.999}),
                     target,
                     ratio,
                     start)
{
    const test::OnlyTarget only(target);
    constexpr double kFrequency = 0.2; // cycles per input sample
    const auto in = tone(kFrequency, 5'000);
    ClockError kernel(20.0, ratio, start);
    std::vector<Sample> out(kernel.max_output(in.size()));
    out.resize(kernel.process(in, out));
    BOOST_TEST(std::abs(double(out.size()) - double(in.size()) * ratio) < 10.0);
    double error = 0.0;
    for (size_t n = size_t(2 * ClockError::kTaps * ratio); n < out.size(); ++n) {
        const double time =
            double(n) * (1.0 + 20e-6) / ratio + start - double(ClockError::kDelay);
        const auto expected = std::polar(1.0, 2.0 * std::numbers::pi * kFrequency * time);
        error += std::norm(expected - std::complex<double>(out[n]));
    }
    BOOST_TEST(10.0 * std::log10(error / double(out.size()) + 1e-20) < -60.0);
}

BOOST_DATA_TEST_CASE(length_is_that_of_the_other_clock,
                     bdata::make({0.0, 50.0, -50.0, 10000.0, -10000.0}),
                     ppm)
{
    for (size_t size : {0, 1, 2, 999, 1'000'000}) {
        const auto out = resampled(ppm, std::vector<Sample>(size));
        BOOST_TEST(std::abs(double(out.size()) - double(size) / (1.0 + ppm * 1e-6)) <= 1.0);
    }
}

BOOST_DATA_TEST_CASE(result_does_not_depend_on_the_cuts, bdata::make({0.0, 77.0, -9000.0}), ppm)
{
    std::mt19937 rng(3);
    std::normal_distribution<float> gauss;
    std::vector<Sample> in(5001);
    for (auto& s : in)
        s = {gauss(rng), gauss(rng)};
    const auto whole = resampled(ppm, in);

    ClockError kernel(ppm);
    std::vector<Sample> pieces, piece;
    for (size_t done = 0; done < in.size();) {
        const size_t size = std::min<size_t>(rng() % 40, in.size() - done);
        piece.resize(kernel.max_output(size));
        const size_t count = kernel.process(std::span(in).subspan(done, size), piece);
        pieces.insert(pieces.end(), piece.begin(), piece.begin() + ptrdiff_t(count));
        done += size;
    }
    BOOST_TEST((whole == pieces));
}

BOOST_AUTO_TEST_CASE(no_error_is_a_plain_delay)
{
    const auto in = tone(0.123, 300);
    const auto out = resampled(0.0, in);
    BOOST_REQUIRE(out.size() == in.size());
    for (size_t i = ClockError::kDelay; i < out.size(); ++i)
        BOOST_REQUIRE(std::abs(out[i] - in[i - ClockError::kDelay]) < 1e-5f);
}

BOOST_AUTO_TEST_CASE(errors_beyond_a_percent_are_refused)
{
    BOOST_CHECK_THROW(ClockError(10001.0), std::invalid_argument);
    BOOST_CHECK_THROW(ClockError(0.0, 0.01), std::invalid_argument);
    BOOST_CHECK_THROW(ClockError(0.0, std::nan("")), std::invalid_argument);
    BOOST_CHECK_THROW(ClockError(0.0, 1.0, 1.0), std::invalid_argument);
    BOOST_CHECK_THROW(ClockError(std::nan("")), std::invalid_argument);
}
