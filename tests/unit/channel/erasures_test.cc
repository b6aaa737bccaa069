#include "depinsat/channel/erasures.h"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cmath>
#include <vector>

using depinsat::channel::Erasures;

namespace {

std::vector<bool> stretches(const Erasures& erasures, unsigned count)
{
    std::vector<bool> lost;
    for (unsigned i = 0; i < count; ++i)
        lost.push_back(erasures.at((i + 0.5) * erasures.seconds));
    return lost;
}

double share_of(const std::vector<bool>& lost)
{
    return double(std::count(lost.begin(), lost.end(), true)) / double(lost.size());
}

} // namespace

BOOST_AUTO_TEST_CASE(the_share_of_stretches_is_lost_and_neighbours_are_independent)
{
    constexpr unsigned kCount = 200000;
    for (const double share : {0.05, 0.2, 0.7}) {
        const auto lost = stretches({share, 0.004, 1}, kCount);
        const double five_sigma = 5 * std::sqrt(share * (1 - share) / kCount);
        BOOST_TEST(std::abs(share_of(lost) - share) < five_sigma);
        std::vector<bool> both;
        for (unsigned i = 0; i + 1 < kCount; i += 2)
            both.push_back(lost[i] && lost[i + 1]);
        const double pairs = share * share;
        BOOST_TEST(std::abs(share_of(both) - pairs) <
                   5 * std::sqrt(pairs * (1 - pairs) / double(both.size())));
    }
}

BOOST_AUTO_TEST_CASE(a_stretch_is_lost_from_its_beginning_to_its_end)
{
    const Erasures erasures{0.5, 2, 3};
    for (unsigned i = 0; i < 1000; ++i)
        for (const double at : {2.0 * i, 2.0 * i + 1.0, 2.0 * i + 1.999})
            BOOST_TEST(erasures.at(at) == erasures.at(2.0 * i + 0.5));
}

BOOST_AUTO_TEST_CASE(the_seed_alone_decides)
{
    const auto one = stretches({0.5, 1, 1}, 1000);
    BOOST_TEST((stretches({0.5, 1, 1}, 1000) == one));
    const auto other = stretches({0.5, 1, 2}, 1000);
    unsigned same = 0;
    for (unsigned i = 0; i < one.size(); ++i)
        same += one[i] == other[i];
    BOOST_TEST(std::abs(double(same) - 500) < 5 * std::sqrt(250.0));
}

BOOST_AUTO_TEST_CASE(none_and_all_are_none_and_all_and_nothing_is_lost_before_the_start)
{
    BOOST_TEST(share_of(stretches({0, 1, 1}, 1000)) == 0);
    BOOST_TEST(share_of(stretches({1, 1, 1}, 1000)) == 1);
    BOOST_TEST(!Erasures({1, 1, 1}).at(-0.1));
}
