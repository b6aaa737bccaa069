#include "depinsat/channel/delay_line.h"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <random>
#include <vector>

namespace bdata = boost::unit_test::data;
using namespace depinsat;
using channel::DelayLine;

BOOST_DATA_TEST_CASE(samples_come_out_later_and_unchanged,
                     bdata::make({0, 1, 2, 99, 100, 101, 5000}),
                     delay)
{
    std::mt19937 rng(5);
    std::vector<Sample> samples(1000);
    for (size_t i = 0; i < samples.size(); ++i)
        samples[i] = {float(i + 1), -float(i)};
    const auto sent = samples;

    DelayLine line(delay);
    BOOST_TEST(line.delay() == size_t(delay));
    std::span rest(samples);
    while (!rest.empty()) {
        const size_t size = std::min<size_t>(rng() % 150, rest.size());
        line.process(rest.first(size));
        rest = rest.subspan(size);
    }
    for (size_t i = 0; i < samples.size(); ++i)
        BOOST_REQUIRE(samples[i] == (i < size_t(delay) ? Sample() : sent[i - size_t(delay)]));
}

BOOST_AUTO_TEST_CASE(delays_beyond_the_limit_are_refused)
{
    BOOST_CHECK_THROW(DelayLine(DelayLine::kMaxDelay + 1), std::invalid_argument);
}
