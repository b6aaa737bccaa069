// The share of receptions that do not determine the block: less than 1 in 10^4 with K + 1
// symbols, less than 1 in 10^5 with K + 2.
#include "raptorq_failure_rate.h"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

namespace bdata = boost::unit_test::data;

BOOST_DATA_TEST_CASE(failures_stay_below_the_rates_asked_for,
                     bdata::make({10, 26, 101, 250, 1000}) ^
                         bdata::make({1000000, 500000, 300000, 100000, 30000}),
                     k,
                     blocks)
{
    const auto failures =
        depinsat::test::raptorq_failures(unsigned(k), 0.5, unsigned(blocks), 2);
    BOOST_TEST_MESSAGE("K = " << k << ", " << blocks
                              << " receptions, failures with K, K + 1, K + 2: " << failures[0]
                              << ", " << failures[1] << ", " << failures[2]);
    BOOST_TEST(failures[0] <= unsigned(blocks) / 100);
    BOOST_TEST(failures[1] * 1e4 < double(blocks));
    BOOST_TEST(failures[2] * 1e5 < double(blocks));
}
