#include "depinsat/channel/fade.h"

#include <boost/test/unit_test.hpp>

using depinsat::channel::Fade;

BOOST_AUTO_TEST_CASE(a_fade_without_ramp_is_there_or_not)
{
    const Fade fade{1, 0.5, 2, 60, 0};
    for (const double on : {1.0, 1.49, 3.0, 101.2})
        BOOST_TEST(fade.at(on) == 60);
    for (const double off : {0.0, 0.99, 1.5, 2.99, 3.6})
        BOOST_TEST(fade.at(off) == 0);
}

BOOST_AUTO_TEST_CASE(a_ramp_is_linear_in_db_on_both_sides)
{
    const Fade fade{5, 25, 1000, 10, 10};
    const auto near = boost::test_tools::tolerance(1e-9);
    BOOST_TEST(fade.at(5) == 0);
    BOOST_TEST(fade.at(7.5) == 2.5, near);
    BOOST_TEST(fade.at(15) == 10, near);
    BOOST_TEST(fade.at(19) == 10, near);
    BOOST_TEST(fade.at(25) == 5, near);
    BOOST_TEST(fade.at(30) == 0);
}
