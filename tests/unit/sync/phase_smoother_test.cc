#define BOOST_TEST_MODULE phase_smoother_test
#include "depinsat/sync/phase_smoother.h"

#include <boost/test/unit_test.hpp>

#include <cmath>
#include <random>
#include <vector>

using namespace depinsat::sync;

namespace {

struct Walk {
    std::vector<MeasuredPhase> points;
    std::vector<double> truth;
};

Walk walk(double wander, double variance, double slope, unsigned seed)
{
    std::mt19937 random(seed);
    std::normal_distribution<double> normal;
    Walk made;
    double phase = 1;
    for (int k = 0; k < 23; ++k) {
        made.truth.push_back(phase);
        made.points.push_back(
            {1476.0 * k, phase + std::sqrt(variance) * normal(random), variance});
        phase += slope * 1476 + std::sqrt(wander * 1476) * normal(random);
    }
    return made;
}

double mean_square_error(double wander, double assumed, double variance, double slope)
{
    double sum = 0;
    for (unsigned seed = 1; seed <= 50; ++seed) {
        auto made = walk(wander, variance, slope, seed);
        PhaseSmoother().smooth(made.points, assumed);
        for (size_t k = 0; k < made.truth.size(); ++k)
            sum += std::pow(made.points[k].phase - made.truth[k], 2);
    }
    return sum / (50 * 23);
}

double learnt(double wander)
{
    PhaseWander learner;
    for (unsigned seed = 1; seed <= 20; ++seed)
        learner.learn(walk(wander, 2e-3, 1e-5, seed).points);
    return learner.per_symbol();
}

} // namespace

BOOST_AUTO_TEST_CASE(a_steady_phase_is_averaged_over_the_frame)
{
    // A line through 23 points has 2 / 23 of their variance on average.
    BOOST_TEST(mean_square_error(0, 1e-10, 2e-3, 1e-4) < 1.3 * 2e-3 * 2 / 23);
    BOOST_TEST(mean_square_error(0, 1e-10, 2e-3, 1e-4) > 0.7 * 2e-3 * 2 / 23);
}

BOOST_AUTO_TEST_CASE(a_phase_that_wanders_much_is_left_as_measured)
{
    BOOST_TEST(mean_square_error(1e-3, 1e-3, 2e-3, 0) < 1.1 * 2e-3);
    BOOST_TEST(mean_square_error(1e-3, 1e-8, 2e-3, 0) > 10 * 2e-3);
}

BOOST_AUTO_TEST_CASE(how_much_a_phase_wanders_is_learnt_within_a_step)
{
    for (const double wander : {1e-6, 1e-5, 1e-4, 1e-3}) {
        BOOST_TEST(learnt(wander) <= 3.2 * wander);
        BOOST_TEST(learnt(wander) >= wander / 3.2);
    }
    BOOST_TEST(learnt(0) < 2e-7);
}

BOOST_AUTO_TEST_CASE(too_few_places_are_left_alone)
{
    std::vector<MeasuredPhase> points{{0, 1, 1e-3}, {100, 2, 1e-3}};
    PhaseSmoother().smooth(points, 1e-6);
    BOOST_TEST(points[1].phase == 2);
    BOOST_TEST(phase_likelihood(points, 1e-6) == 0);
}
