#include "depinsat/sync/decimator.h"

#include "unit/sync/signals.h"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

using namespace depinsat;
using namespace depinsat::sync;

namespace {

std::vector<Sample> tone(double cycles_per_sample, size_t count)
{
    std::vector<Sample> samples(count, Sample(1, 0));
    test::rotate(samples, cycles_per_sample);
    return samples;
}

std::vector<Sample> decimate(Decimator& decimator, std::span<const Sample> in, size_t piece)
{
    std::vector<Sample> out;
    for (size_t begin = 0; begin < in.size(); begin += piece) {
        const auto part =
            decimator.process(in.subspan(begin, std::min(piece, in.size() - begin)));
        out.insert(out.end(), part.begin(), part.end());
    }
    return out;
}

} // namespace

BOOST_DATA_TEST_CASE(two_to_four_samples_a_symbol_come_out,
                     boost::unit_test::data::make({1.2, 2.0, 3.99, 4.0, 7.9, 8.0, 64.0,
                                                   2000.0}),
                     rate)
{
    const Decimator decimator(rate);
    const double left = rate / double(decimator.factor());
    BOOST_TEST(left < 4);
    BOOST_TEST((left >= 2 || decimator.factor() == 1));
}

BOOST_DATA_TEST_CASE(the_band_passes_and_keeps_its_time,
                     boost::unit_test::data::make({4.0, 6.1, 8.0, 20.0, 64.0}) *
                         boost::unit_test::data::make({-0.875, -0.3, 0.0, 0.6, 0.875}),
                     rate,
                     frequency)
{
    Decimator decimator(rate);
    const auto in = tone(frequency / rate, 20000);
    const auto out = decimate(decimator, in, 128);
    const size_t factor = decimator.factor(), settled = 2 * decimator.delay() / factor + 2;
    BOOST_REQUIRE(out.size() > settled + 50);
    for (size_t k = settled; k < out.size(); ++k)
        BOOST_REQUIRE(std::abs(out[k] - in[k * factor]) < 2e-3);
}

BOOST_DATA_TEST_CASE(what_would_fold_onto_the_band_is_taken_away,
                     boost::unit_test::data::make({4.0, 8.0, 11.0, 64.0}) *
                         boost::unit_test::data::make({-0.8, 0.0, 0.8}),
                     rate,
                     frequency)
{
    Decimator decimator(rate);
    const size_t factor = decimator.factor();
    for (size_t image = 1; image < factor; ++image) {
        decimator.reset();
        const auto in = tone(frequency / rate + double(image) / double(factor), 20000);
        const auto out = decimate(decimator, in, 4096);
        for (size_t k = 2 * decimator.delay() / factor + 2; k < out.size(); ++k)
            BOOST_REQUIRE(std::abs(out[k]) < 2e-3);
    }
}

BOOST_AUTO_TEST_CASE(samples_come_out_when_they_can_whatever_the_cuts)
{
    test::Random random(1);
    std::vector<Sample> in(5000);
    random.add_noise(in, 1);
    Decimator whole(16);
    const auto expected = decimate(whole, in, in.size());
    BOOST_TEST(expected.size() == (in.size() - whole.delay() + 7) / 8);
    for (const size_t piece : {1u, 7u, 128u, 129u}) {
        Decimator decimator(16);
        const auto out = decimate(decimator, in, piece);
        BOOST_TEST(std::ranges::equal(out, expected));
    }
}

BOOST_AUTO_TEST_CASE(after_a_reset_nothing_is_left)
{
    Decimator decimator(8);
    decimate(decimator, tone(0.01, 1000), 100);
    decimator.reset();
    for (const Sample& x : decimate(decimator, std::vector<Sample>(1000), 100))
        BOOST_REQUIRE(x == Sample(0));
}
