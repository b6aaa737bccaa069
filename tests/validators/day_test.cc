// A day of validators over the beacon bridge and the link, in virtual time: the memory of both
// ends, and of what stands around them, does not grow.
#include "validators/run.h"

#include <boost/test/unit_test.hpp>

#include <fstream>
#include <iostream>

using namespace depinsat::test;

namespace {

constexpr uint64_t kSlotsOfHour = 300;
constexpr double kMostMegabytes = 150, kMostGrowth = 2; ///< of the second half

/// Resident memory of this process in MB.
double resident_megabytes()
{
    std::ifstream status("/proc/self/status");
    std::string word;
    while (status >> word)
        if (word == "VmRSS:") {
            double kibibytes = 0;
            status >> kibibytes;
            return kibibytes * 1024 / 1e6;
        }
    return 0;
}

/// @return resident memory after each hour.
std::vector<double> run_hours(const RunSettings& settings, uint64_t hours)
{
    TrafficWorld world(settings);
    std::vector<double> all;
    for (uint64_t hour = 1; hour <= hours; ++hour) {
        world.run_to(TrafficWorld::kFirstSlot + hour * kSlotsOfHour);
        BOOST_TEST(!world.node.arrivals().empty(), hour);
        world.node.forget_arrivals();
        all.push_back(resident_megabytes());
        std::cout << "hour " << hour << ": " << all.back() << " MB" << std::endl;
    }
    BOOST_TEST(world.client.errors() == 0u, world.client.last_error());
    return all;
}

} // namespace

BOOST_AUTO_TEST_CASE(a_day_of_eight_validators_takes_no_more_memory_than_half_of_it)
{
    const auto all = run_hours({}, 24);
    BOOST_TEST(all.back() < kMostMegabytes);
    BOOST_TEST(all.back() - all[11] < kMostGrowth);
}
