#include "depinsat/channel/doppler.h"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

namespace bdata = boost::unit_test::data;
using depinsat::channel::Doppler;

BOOST_AUTO_TEST_CASE(a_fixed_offset_stays)
{
    const Doppler fixed{.offset_hz = -50.0};
    BOOST_TEST(fixed.hz(0.0) == -50.0);
    BOOST_TEST(fixed.hz(1e6) == -50.0);
    BOOST_TEST(fixed.hz_per_s(7.0) == 0.0);
    BOOST_TEST(!fixed.none());
    BOOST_TEST(Doppler().none());
}

BOOST_AUTO_TEST_CASE(a_ramp_ends_at_its_limit)
{
    const Doppler ramp{.rate_hz_per_s = -10.0, .limit_hz = 100.0};
    BOOST_TEST(ramp.hz(3.0) == -30.0);
    BOOST_TEST(ramp.hz_per_s(3.0) == -10.0);
    BOOST_TEST(ramp.hz(11.0) == -100.0);
    BOOST_TEST(ramp.hz_per_s(11.0) == 0.0);
}

BOOST_DATA_TEST_CASE(the_rate_is_the_derivative, bdata::make({0.1, 1.1, 2.5, 19.0, 40.0}), when)
{
    const Doppler doppler{5.0, 3.0, 60.0, 40.0, 10.0};
    const double t = when, h = 1e-4,
                 slope = (doppler.hz(t + h) - doppler.hz(t - h)) / (2.0 * h);
    BOOST_TEST(std::abs(doppler.hz_per_s(t) - slope) < 1e-3);
    BOOST_TEST(std::abs(doppler.hz(t)) <= doppler.largest_hz());
}
