#include "fer/simulation.h"

#include <boost/test/unit_test.hpp>

#include <stdexcept>

using namespace depinsat::fer;

namespace {

Simulation::Counts counts(const Simulation::Settings& settings, int frames)
{
    Simulation simulation(settings);
    for (int i = 0; i < frames; ++i)
        simulation.step();
    return simulation.counts();
}

} // namespace

BOOST_AUTO_TEST_CASE(frames_are_lost_below_the_knee_and_come_through_above)
{
    const auto plan = plan_of_code("s2_short_1-2");
    const auto below = counts({plan, 0.0, 25, 1}, 20), above = counts({plan, 1.0, 25, 1}, 50);
    BOOST_TEST(below.frames == 20u);
    BOOST_TEST(below.frame_errors >= 17u);
    BOOST_TEST(below.bit_errors > 1000u);
    BOOST_TEST(above.frame_errors == 0u);
    BOOST_TEST(above.bit_errors == 0u);
    BOOST_TEST(above.iterations < 50u * 20);
}

BOOST_AUTO_TEST_CASE(equal_seeds_give_equal_counts_and_others_do_not)
{
    const auto plan = plan_of_modcod("8psk_3-5", "short");
    const auto once = counts({plan, 5.8, 25, 3}, 10), again = counts({plan, 5.8, 25, 3}, 10);
    const auto other = counts({plan, 5.8, 25, 4}, 10);
    BOOST_TEST(once.iterations == again.iterations);
    BOOST_TEST(once.bit_errors == again.bit_errors);
    BOOST_TEST(once.iterations != other.iterations);
}

BOOST_AUTO_TEST_CASE(messages_that_are_no_whole_bytes_come_through)
{
    BOOST_TEST(counts({plan_of_code("s2x_medium_11-45"), 0.0, 25, 1}, 5).frame_errors == 0u);
}

BOOST_AUTO_TEST_CASE(what_is_not_built_is_refused)
{
    BOOST_CHECK_THROW(plan_of_code("s2_normal_7-8"), std::invalid_argument);
    BOOST_CHECK_THROW(plan_of_code("s2x_medium_1-5"), std::invalid_argument);
    BOOST_CHECK_THROW(plan_of_modcod("256apsk_3-4", "normal"), std::invalid_argument);
    BOOST_CHECK_THROW(plan_of_modcod("qpsk_1-2", "medium"), std::invalid_argument);
}
