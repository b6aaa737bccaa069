#include "depinsat/sync/agc.h"

#include "unit/sync/signals.h"

#include <boost/test/unit_test.hpp>

#include <limits>

using namespace depinsat;
using namespace depinsat::sync;

namespace {

double power(std::span<const Sample> samples)
{
    double sum = 0;
    for (const Sample& x : samples)
        sum += std::norm(x);
    return sum / double(samples.size());
}

std::vector<Sample> noise(double level, uint32_t seed)
{
    test::Random random(seed);
    std::vector<Sample> samples(128);
    random.add_noise(samples, level);
    return samples;
}

} // namespace

BOOST_AUTO_TEST_CASE(output_has_power_one_from_the_first_piece_on)
{
    for (const double level : {1e-12, 1e-3, 1.0, 1e6}) {
        Agc agc;
        for (uint32_t piece = 0; piece < 50; ++piece) {
            auto samples = noise(level, piece);
            agc.process(samples);
            BOOST_TEST(power(samples) > 0.5);
            BOOST_TEST(power(samples) < 2.0);
        }
        BOOST_TEST(std::abs(agc.power() / level - 1) < 0.1);
    }
}

BOOST_AUTO_TEST_CASE(a_step_of_30_db_is_followed_at_once_both_ways)
{
    Agc agc;
    for (const double level : {1.0, 1e3, 1.0, 1e-3}) {
        auto samples = noise(level, 7);
        agc.process(samples);
        BOOST_TEST(std::abs(power(samples) - 1) < 1e-3);
    }
}

BOOST_AUTO_TEST_CASE(silence_leaves_the_gain_and_stays_silence)
{
    Agc agc;
    std::vector<Sample> silence(128);
    agc.process(silence);
    BOOST_TEST(power(silence) == 0);
    auto signal = noise(0.01, 1);
    agc.process(signal);
    const float before = agc.power();
    agc.process(silence);
    BOOST_TEST(power(silence) == 0);
    BOOST_TEST(agc.power() == before);
}

BOOST_AUTO_TEST_CASE(pieces_of_no_samples_are_taken)
{
    Agc agc;
    agc.process({});
    BOOST_TEST(agc.power() == 0);
}

BOOST_AUTO_TEST_CASE(what_is_no_number_becomes_zero)
{
    constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
    constexpr float kInfinity = std::numeric_limits<float>::infinity();
    std::vector<Sample> samples{
        {kNan, 1}, {2, kInfinity}, {-kInfinity, -3}, {1e30f, 4}, {5, -6}};
    sanitize(samples);
    const std::vector<Sample> expected{{0, 1}, {2, 0}, {0, -3}, {0, 4}, {5, -6}};
    BOOST_TEST(samples == expected);
}
