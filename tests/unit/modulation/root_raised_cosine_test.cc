#include "depinsat/modulation/root_raised_cosine.h"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <complex>
#include <numbers>

namespace bdata = boost::unit_test::data;
using namespace depinsat::modulation;

namespace {

const auto kRolloffs = bdata::make({0.35, 0.25, 0.20, 0.15, 0.10, 0.05});

// The pair of filters at symbol distance `lag`.
double pair_at(const std::vector<float>& taps, size_t lag)
{
    double sum = 0;
    for (size_t i = lag; i < taps.size(); ++i)
        sum += double(taps[i]) * taps[i - lag];
    return sum;
}

double magnitude_at(const std::vector<float>& taps, double cycles_per_sample)
{
    std::complex<double> sum;
    for (size_t i = 0; i < taps.size(); ++i)
        sum += double(taps[i]) *
               std::polar(1.0, -2 * std::numbers::pi * cycles_per_sample * double(i));
    return std::abs(sum);
}

} // namespace

BOOST_DATA_TEST_CASE(a_matched_pair_has_isi_below_50_db,
                     kRolloffs* bdata::make({2, 3, 4, 8}),
                     rolloff,
                     samples_per_symbol)
{
    const auto taps = root_raised_cosine(samples_per_symbol, rolloff);
    const double peak = pair_at(taps, 0);
    BOOST_TEST(peak == 1, boost::test_tools::tolerance(1e-6));
    double isi = 0;
    for (size_t lag = samples_per_symbol; lag < taps.size(); lag += samples_per_symbol)
        isi += 2 * std::pow(pair_at(taps, lag), 2);
    BOOST_TEST(10 * std::log10(isi / (peak * peak)) < -50);
}

BOOST_DATA_TEST_CASE(the_stop_band_lies_below_45_db,
                     kRolloffs* bdata::make({1.9, 2.0, 3.3, 8.0}),
                     rolloff,
                     samples_per_symbol)
{
    const auto taps = root_raised_cosine(samples_per_symbol, rolloff);
    const double pass = magnitude_at(taps, 0);
    double worst = 0;
    for (double f = (1 + rolloff) / 2 + 0.02; f < samples_per_symbol / 2; f += 0.003)
        worst = std::max(worst, magnitude_at(taps, f / samples_per_symbol));
    BOOST_TEST(20 * std::log10(worst / pass) < -45);
}

BOOST_DATA_TEST_CASE(half_power_lies_at_half_the_symbol_rate, kRolloffs, rolloff)
{
    const auto taps = root_raised_cosine(4, rolloff);
    BOOST_TEST(20 * std::log10(magnitude_at(taps, 0.5 / 4) / magnitude_at(taps, 0)) == -3.01,
               boost::test_tools::tolerance(0.02));
}

BOOST_AUTO_TEST_CASE(taps_are_symmetric_and_odd)
{
    for (const double samples_per_symbol : {1.0, 1.93, 2.0, 7.7}) {
        const auto taps = root_raised_cosine(samples_per_symbol, 0.2);
        BOOST_TEST(taps.size() == 2 * size_t(std::ceil(16 * samples_per_symbol - 1e-6)) + 1);
        for (size_t i = 0; i < taps.size(); ++i)
            BOOST_TEST(taps[i] == taps[taps.size() - 1 - i]);
    }
}

BOOST_AUTO_TEST_CASE(what_is_out_of_range_is_refused)
{
    BOOST_CHECK_THROW(root_raised_cosine(2, 0.04), std::invalid_argument);
    BOOST_CHECK_THROW(root_raised_cosine(2, 0.36), std::invalid_argument);
    BOOST_CHECK_THROW(root_raised_cosine(2, std::nan("")), std::invalid_argument);
    BOOST_CHECK_THROW(root_raised_cosine(0.9, 0.2), std::invalid_argument);
    BOOST_CHECK_THROW(root_raised_cosine(65, 0.2), std::invalid_argument);
    BOOST_CHECK_THROW(root_raised_cosine(std::nan(""), 0.2), std::invalid_argument);
    BOOST_CHECK_THROW(root_raised_cosine_half_span(0), std::invalid_argument);
}
