#include "bridge/bitcoin/allowance.h"

#include <boost/test/unit_test.hpp>

using namespace depinsat::bridge::bitcoin;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_CASE(a_burst_then_the_rate)
{
    Allowance allowance(2);
    BOOST_TEST(!allowance.any());
    allowance.refill(8000, 100s); // 1000 bytes/s
    allowance.take(1999);
    BOOST_TEST(allowance.any());
    allowance.take(1001); // goes beyond it
    BOOST_TEST(!allowance.any());
    allowance.refill(8000, 101s);
    BOOST_TEST(!allowance.any());
    allowance.refill(8000, 101s + 1ms);
    BOOST_TEST(allowance.any());
    allowance.refill(8000, 1000s);
    allowance.take(2000); // no more than a burst was saved
    BOOST_TEST(!allowance.any());
}
