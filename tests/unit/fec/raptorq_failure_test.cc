// The share of receptions that do not determine the block, in a small sample; the large one is
// raptorq_failure_slow_test.
#include "raptorq_failure_rate.h"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

namespace bdata = boost::unit_test::data;

// Expected at the rates of a random code over GF(256): 1/256 at K, 1/65536 at K + 1.
BOOST_DATA_TEST_CASE(one_symbol_more_is_nearly_always_enough,
                     bdata::make({10, 100, 1000}) ^ bdata::make({8000, 4000, 400}),
                     k,
                     blocks)
{
    for (const double loss : {0.1, 0.5, 1.0}) {
        const auto failures =
            depinsat::test::raptorq_failures(unsigned(k), loss, unsigned(blocks), 1);
        BOOST_TEST(failures[0] <= unsigned(blocks) / 50, "loss " << loss);
        BOOST_TEST(failures[1] <= 1, "loss " << loss);
        BOOST_TEST(failures[2] == 0, "loss " << loss);
    }
}
