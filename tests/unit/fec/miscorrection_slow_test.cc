// One error more than can be corrected: how often that is taken for another codeword, counted
// where theory lets it be seen.
#include "miscorrection.h"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

namespace bdata = boost::unit_test::data;
using namespace depinsat;

namespace {

constexpr unsigned kSeed = 1;

/// Within four standard deviations of a Poisson distribution.
void check(const test::Miscorrections& count)
{
    BOOST_TEST_MESSAGE(count.mistaken << " of " << count.words << " words mistaken, expected "
                                      << count.expected << ", seed " << kSeed);
    BOOST_TEST(std::abs(count.mistaken - count.expected) <= 4 * std::sqrt(count.expected));
}

} // namespace

BOOST_DATA_TEST_CASE(bch_words_of_t_8_are_mistaken_as_often_as_theory_says,
                     bdata::make({"s2_normal_8-9", "s2_normal_9-10"}),
                     name)
{
    check(test::bch_miscorrections(fec::find_bch_code(name), 3'000'000, kSeed));
}

BOOST_DATA_TEST_CASE(reed_solomon_words_of_e_8_are_mistaken_as_often_as_theory_says,
                     bdata::make({0u, 20u}),
                     virtual_fill)
{
    check(test::reed_solomon_miscorrections({8, 1, true, virtual_fill}, 3'000'000, kSeed));
}
