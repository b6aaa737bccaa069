#include "fer/erasure_experiment.h"

#include <boost/test/unit_test.hpp>

#include <cmath>
#include <stdexcept>

using namespace depinsat::fer;

BOOST_AUTO_TEST_CASE(the_name_says_how_many_symbols)
{
    BOOST_TEST(raptorq_source_symbols("raptorq_1000").value() == 1000u);
    BOOST_TEST(!raptorq_source_symbols("tc_128").has_value());
    for (const char* name : {"raptorq_", "raptorq_0", "raptorq_8193", "raptorq_10x",
                             "raptorq_-1", "raptorq_99999999999999999999"})
        BOOST_CHECK_THROW(raptorq_source_symbols(name), std::invalid_argument);
}

BOOST_AUTO_TEST_CASE(without_loss_or_with_two_more_symbols_nothing_is_lost)
{
    BOOST_TEST(ErasureExperiment({100, 0.0, 0}).run(1, 50).frame_errors == 0u);
    BOOST_TEST(ErasureExperiment({100, 0.3, 2}).run(1, 1000).frame_errors == 0u);
    BOOST_TEST(ErasureExperiment({1, 0.5, 0}).run(1, 50).frame_errors == 0u);
}

// About 1 in 170 fails with K symbols: 4000 blocks lose 24, give or take 5 each way.
BOOST_AUTO_TEST_CASE(with_as_many_symbols_as_were_sent_some_blocks_fail)
{
    ErasureExperiment experiment({100, 0.5, 0});
    const auto counts = experiment.run(1, 4000);
    BOOST_TEST(counts.frame_errors > 5u);
    BOOST_TEST(counts.frame_errors < 60u);
    BOOST_TEST(counts.undetected_errors == 0u);
    BOOST_TEST((experiment.run(1, 4000) == counts));
}

BOOST_AUTO_TEST_CASE(settings_that_mean_nothing_are_refused)
{
    BOOST_CHECK_THROW(ErasureExperiment({100, 1.0, 0}), std::invalid_argument);
    BOOST_CHECK_THROW(ErasureExperiment({100, std::nan(""), 0}), std::invalid_argument);
    BOOST_CHECK_THROW(ErasureExperiment({100, 0.1, 65}), std::invalid_argument);
    BOOST_CHECK_THROW(ErasureExperiment({0, 0.1, 0}), std::invalid_argument);
}
