#include "depinsat/channel/awgn.h"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <cmath>
#include <vector>

namespace bdata = boost::unit_test::data;
using namespace depinsat;
using channel::Awgn, channel::Gaussian;

constexpr uint64_t kSeed = 20;

BOOST_AUTO_TEST_CASE(moments_are_those_of_a_normal_variable)
{
    constexpr int kCount = 4'000'000;
    Gaussian gaussian(kSeed);
    double m1 = 0, m2 = 0, m3 = 0, m4 = 0;
    for (int i = 0; i < kCount; ++i) {
        const double x = gaussian();
        m1 += x, m2 += x * x, m3 += x * x * x, m4 += x * x * x * x;
    }
    // Five standard errors: the variances of x, x^2, x^3, x^4 are 1, 2, 15 and 96.
    const double unit = 5.0 / std::sqrt(kCount);
    BOOST_TEST(std::abs(m1 / kCount) < unit);
    BOOST_TEST(std::abs(m2 / kCount - 1.0) < unit * std::sqrt(2.0));
    BOOST_TEST(std::abs(m3 / kCount) < unit * std::sqrt(15.0));
    BOOST_TEST(std::abs(m4 / kCount - 3.0) < unit * std::sqrt(96.0));
}

BOOST_DATA_TEST_CASE(tails_have_their_probability,
                     bdata::make({0.5, 1.0, 2.0, 3.0, 3.7, 4.0}),
                     edge)
{
    constexpr int kCount = 8'000'000;
    Gaussian gaussian(kSeed + 1);
    int above = 0, below = 0;
    for (int i = 0; i < kCount; ++i) {
        const float x = gaussian();
        above += x > edge;
        below += x < -edge;
    }
    const double expected = kCount * 0.5 * std::erfc(edge / std::sqrt(2.0));
    BOOST_TEST(std::abs(above - expected) < 5.0 * std::sqrt(expected));
    BOOST_TEST(std::abs(below - expected) < 5.0 * std::sqrt(expected));
}

BOOST_DATA_TEST_CASE(power_is_that_of_es_n0,
                     bdata::make({-3.0, 0.0, 10.0}) * bdata::make({1.0, 2.0, 4.5}),
                     es_n0_db,
                     samples_per_symbol)
{
    std::vector<Sample> samples(500'000);
    Awgn(es_n0_db, samples_per_symbol, kSeed).add_to(samples);
    double power = 0, i_power = 0, cross = 0;
    for (const auto s : samples) {
        power += std::norm(s);
        i_power += s.real() * s.real();
        cross += s.real() * s.imag();
    }
    const double expected = samples_per_symbol / std::pow(10.0, es_n0_db / 10.0),
                 n = samples.size();
    BOOST_TEST(std::abs(power / n / expected - 1.0) < 5.0 / std::sqrt(n));
    BOOST_TEST(std::abs(i_power / n / expected - 0.5) < 5.0 / std::sqrt(2.0 * n));
    BOOST_TEST(std::abs(cross / n / expected) < 2.5 / std::sqrt(n));
}

BOOST_AUTO_TEST_CASE(noise_is_white)
{
    std::vector<Sample> samples(400'000);
    Awgn(0.0, 1.0, kSeed).add_to(samples);
    const double bound = 5.0 / std::sqrt(double(samples.size()));
    for (size_t lag : {1, 2, 3, 64, 256}) {
        std::complex<double> sum = 0;
        for (size_t i = lag; i < samples.size(); ++i)
            sum += std::complex<double>(samples[i] * std::conj(samples[i - lag]));
        BOOST_TEST(std::abs(sum) / double(samples.size()) < bound);
    }
}

BOOST_AUTO_TEST_CASE(noise_does_not_depend_on_the_cuts)
{
    std::vector<Sample> whole(1001), pieces(1001);
    Awgn a(3.0, 2.0, kSeed), b(3.0, 2.0, kSeed);
    a.add_to(whole);
    const std::span all(pieces);
    size_t done = 0;
    for (size_t size : {0, 1, 7, 0, 500, 493}) {
        b.add_to(all.subspan(done, size));
        done += size;
    }
    BOOST_TEST(done == all.size());
    BOOST_TEST((whole == pieces));
}

BOOST_AUTO_TEST_CASE(seeds_give_different_noise)
{
    Gaussian a(1), b(2), c(1);
    const float first = a();
    BOOST_TEST(first != b());
    BOOST_TEST(first == c());
}

BOOST_AUTO_TEST_CASE(impossible_settings_are_refused)
{
    BOOST_CHECK_THROW(Awgn(-31.0, 2.0, 1), std::invalid_argument);
    BOOST_CHECK_THROW(Awgn(std::nan(""), 2.0, 1), std::invalid_argument);
    BOOST_CHECK_THROW(Awgn(0.0, 0.5, 1), std::invalid_argument);
}
