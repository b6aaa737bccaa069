#include "depinsat/channel/frequency_offset.h"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <cmath>
#include <numbers>
#include <vector>

namespace bdata = boost::unit_test::data;
using namespace depinsat;
using channel::FrequencyOffset;

namespace {

constexpr double kRate = 1e6;

std::complex<double> turned(double cycles)
{
    return std::polar(1.0, 2.0 * std::numbers::pi * (cycles - std::floor(cycles)));
}

} // namespace

BOOST_DATA_TEST_CASE(phase_is_exact_after_a_million_samples,
                     bdata::make({0.0, 1.0, -123456.7, 499999.0}) *
                         bdata::make({0.0, 1000.0, -1e5}),
                     offset,
                     drift)
{
    FrequencyOffset kernel(kRate, offset, drift, 0.3);
    std::vector<Sample> samples(1'000'001, Sample(1.0f, 0.0f));
    kernel.process(samples);
    double worst = 0.0;
    for (size_t i = 0; i < samples.size(); i += 997) {
        const double t = double(i) / kRate;
        const auto expected =
            turned(offset * t + drift * t * t / 2.0 + 0.3 / (2.0 * std::numbers::pi));
        worst = std::max(worst, std::abs(expected - std::complex<double>(samples[i])));
    }
    BOOST_TEST(worst < 1e-4 + 3300.0 * std::abs(drift) / kRate / kRate);
}

BOOST_DATA_TEST_CASE(result_does_not_depend_on_the_cuts,
                     bdata::make({0, 1, 3, 63, 64, 65, 1000}),
                     size)
{
    std::vector<Sample> whole(2001, Sample(0.5f, -1.0f)), pieces = whole;
    FrequencyOffset a(kRate, 12345.0, 100.0), b(kRate, 12345.0, 100.0);
    a.process(whole);
    std::span rest(pieces);
    b.process(rest.first(size));
    b.process(rest.subspan(size));
    BOOST_TEST((whole == pieces));
}

BOOST_DATA_TEST_CASE(a_new_frequency_keeps_the_phase, bdata::make({1, 63, 64, 65, 999}), at)
{
    constexpr double kFirst = 10'000.0, kSecond = -20'000.0;
    FrequencyOffset kernel(kRate, kFirst, 1000.0);
    std::vector<Sample> samples(2000, Sample(1.0f, 0.0f));
    const std::span all(samples);
    kernel.process(all.first(at));
    kernel.set(kSecond);
    kernel.process(all.subspan(at));
    const double t1 = at / kRate;
    for (size_t i = at; i < samples.size(); ++i) {
        const double cycles =
            kFirst * t1 + 500.0 * t1 * t1 + kSecond * (double(i) / kRate - t1);
        BOOST_REQUIRE(std::abs(turned(cycles) - std::complex<double>(samples[i])) < 1e-4);
    }
}

BOOST_AUTO_TEST_CASE(the_frequency_drifts_as_asked)
{
    FrequencyOffset kernel(kRate, 100.0, 50.0);
    std::vector<Sample> samples(1'000'003);
    kernel.process(samples);
    BOOST_TEST(std::abs(kernel.offset_hz() - 150.0) < 0.01);
}

BOOST_AUTO_TEST_CASE(offsets_beyond_the_sample_rate_are_refused)
{
    BOOST_CHECK_THROW(FrequencyOffset(kRate, kRate), std::invalid_argument);
    BOOST_CHECK_THROW(FrequencyOffset(0.0, 0.0), std::invalid_argument);
    BOOST_CHECK_THROW(FrequencyOffset(kRate, std::nan("")), std::invalid_argument);
}
