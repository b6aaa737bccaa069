#include "bridge/modem_clock.h"

#include <boost/test/unit_test.hpp>

using depinsat::bridge::ModemClock;

namespace {

constexpr double kApart = 1e6; // this machine has run for so much longer
constexpr double kWay = 0.0005;
const auto kTolerance = boost::test_tools::tolerance(1e-9);

} // namespace

BOOST_AUTO_TEST_CASE(the_clock_of_another_machine_is_told)
{
    ModemClock clock;
    for (double t = 10; t < 30; t += 0.02)
        BOOST_TEST(clock.time(t, kApart + t + kWay) == t, kTolerance);
}

BOOST_AUTO_TEST_CASE(what_was_held_up_is_late)
{
    ModemClock clock;
    clock.time(10, kApart + 10 + kWay);
    BOOST_TEST(clock.time(10.02, kApart + 10.1 + kWay) == 10.1, kTolerance);
    // The daemon stood still for a minute and finds an old message.
    BOOST_TEST(clock.time(10.04, kApart + 70 + kWay) == 70, kTolerance);
    BOOST_TEST(clock.time(70.01, kApart + 70.01 + kWay) == 70.01, kTolerance);
}

BOOST_AUTO_TEST_CASE(drift_is_followed)
{
    ModemClock clock;
    double worst = 0;
    for (double t = 10; t < 600; t += 0.02)
        worst = std::max(worst, std::abs(clock.time(t, kApart + t * (1 + 50e-6)) - t));
    BOOST_TEST(worst < 4 * 50e-6 + 600 * 50e-6 * 50e-6);
}

BOOST_AUTO_TEST_CASE(another_modem_has_another_clock)
{
    ModemClock clock;
    clock.time(1e6, 1e6); // quicker than anything below
    clock.reset();
    BOOST_TEST(clock.time(10, kApart + 10) == 10, kTolerance);
}
