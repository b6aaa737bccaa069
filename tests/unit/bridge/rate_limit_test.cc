#include "bridge/rate_limit.h"

#include <boost/test/unit_test.hpp>

using depinsat::bridge::RateLimit;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_CASE(so_many_a_second_pass)
{
    RateLimit rate(10);
    unsigned passed = 0;
    for (auto time = 100s; time < 110s; time += 1s)
        for (int i = 0; i < 50; ++i)
            passed += rate.take(time);
    BOOST_TEST(passed == 100u);
    BOOST_TEST(!rate.take(109s));
    BOOST_TEST(rate.take(109s + 100ms));
    BOOST_TEST(!rate.take(109s + 150ms));
}

BOOST_AUTO_TEST_CASE(no_limit_lets_everything_pass)
{
    RateLimit rate(0);
    for (int i = 0; i < 1000; ++i)
        BOOST_TEST(rate.take(1s));
}
