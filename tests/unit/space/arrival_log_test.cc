#include "space/arrival_log.h"

#include <boost/test/unit_test.hpp>

using depinsat::space::ArrivalLog;
using namespace std::chrono_literals;

namespace {

const ArrivalLog::Time kStart{};

} // namespace

BOOST_AUTO_TEST_CASE(a_sample_came_with_its_message)
{
    ArrivalLog log(8);
    log.note(100, 110, kStart + 1ms);
    log.note(110, 111, kStart + 2ms);
    log.note(120, 130, kStart + 3ms);
    BOOST_TEST(!log.time_of(99));
    BOOST_TEST((log.time_of(100) == kStart + 1ms));
    BOOST_TEST((log.time_of(109) == kStart + 1ms));
    BOOST_TEST((log.time_of(110) == kStart + 2ms));
    BOOST_TEST(!log.time_of(111));
    BOOST_TEST((log.time_of(129) == kStart + 3ms));
    BOOST_TEST(!log.time_of(130));
}

BOOST_AUTO_TEST_CASE(the_oldest_are_forgotten)
{
    ArrivalLog log(4);
    BOOST_TEST(!log.time_of(0));
    for (uint64_t i = 0; i < 10; ++i)
        log.note(i, i + 1, kStart + i * 1ms);
    BOOST_TEST(!log.time_of(5));
    BOOST_TEST((log.time_of(6) == kStart + 6ms));
    BOOST_TEST((log.time_of(9) == kStart + 9ms));
}
