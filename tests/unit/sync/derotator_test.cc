#include "depinsat/sync/derotator.h"

#include "simd_targets.h"
#include "unit/sync/signals.h"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

using namespace depinsat;
using namespace depinsat::sync;

BOOST_DATA_TEST_CASE(a_carrier_comes_to_rest,
                     boost::unit_test::data::make(depinsat::test::simd_targets()) *
                         boost::unit_test::data::make({0, 1, 7, 8, 9, 15, 16, 17, 1023, 1024,
                                                       1025, 65536}) *
                         boost::unit_test::data::make({0.0, 0.123456, -0.31, 1e-7}),
                     target,
                     length,
                     frequency)
{
    const depinsat::test::OnlyTarget only(target);
    std::vector<Sample> samples(size_t(length), Sample(1));
    sync::test::rotate(samples, frequency, 0.5);
    derotate(samples, frequency, 0.5);
    float error = 0;
    for (const Sample& x : samples)
        error = std::max(error, std::abs(x - Sample(1)));
    BOOST_TEST(error < 1e-4f);
}

BOOST_AUTO_TEST_CASE(a_stream_keeps_its_phase_through_pieces_and_changes_of_frequency)
{
    std::vector<Sample> samples(3000, Sample(1));
    sync::test::rotate(std::span(samples).first(1000), 0.01);
    Derotator derotator;
    derotator.set_frequency(0.01);
    size_t begin = 0;
    for (const size_t count : {1u, 300u, 699u}) {
        derotator.process(std::span(samples).subspan(begin, count));
        begin += count;
    }
    derotator.set_frequency(-0.02);
    derotator.process(std::span(samples).subspan(1000));
    // 1000 samples at 0.01 are ten whole turns: the phase goes on from 0.
    std::vector<Sample> expected(3000, Sample(1));
    sync::test::rotate(std::span(expected).subspan(1000), 0.02);
    float error = 0;
    for (size_t n = 0; n < samples.size(); ++n)
        error = std::max(error, std::abs(samples[n] - expected[n]));
    BOOST_TEST(error < 1e-4f);
}
