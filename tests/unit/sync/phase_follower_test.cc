#include "depinsat/sync/phase_follower.h"

#include "unit/sync/signals.h"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cmath>

namespace bdata = boost::unit_test::data;
using namespace depinsat;
using namespace depinsat::sync;

namespace {

constexpr size_t kSymbols = 1440; // between two pilot blocks
constexpr size_t kBlock = 48;

struct Signal {
    std::vector<Sample> symbols;
    std::vector<double> phases;
};

/// 8PSK in noise, over a phase that wanders.
Signal make(double es_n0_db, double wander, double slope, test::Random& random)
{
    Signal made;
    made.symbols = random.psk(8, kSymbols);
    double phase = 0;
    for (Sample& y : made.symbols) {
        phase += slope + std::sqrt(wander) * double(random.noise(2).real());
        made.phases.push_back(phase);
        y *= Sample(std::polar(1.0, phase));
    }
    random.add_noise(made.symbols, 1 / test::power_of_db(es_n0_db));
    return made;
}

PhaseLikelihood of_8psk(double es_n0_db)
{
    PhaseLikelihood likelihood;
    likelihood.prepare(modulation::find_constellation("8PSK"), 1 / test::power_of_db(es_n0_db));
    return likelihood;
}

/// The largest distance of the path from the phase in the middle of a block.
double worst(std::span<const PhaseFollower::Block> path, const Signal& signal)
{
    double most = 0;
    for (size_t k = 0; k < path.size(); ++k) {
        const size_t from = PhaseFollower::block_begin(k, path.size(), kSymbols);
        const size_t to = PhaseFollower::block_begin(k + 1, path.size(), kSymbols);
        most = std::max(most, std::abs(path[k].phase - signal.phases[(from + to) / 2]));
    }
    return most;
}

} // namespace

// At this wander the middle is 0.2 radians off the line between the ends, a quarter of the way
// to the neighbouring point, in one of three cases; and half of it in one of twenty.
BOOST_AUTO_TEST_CASE(a_phase_that_wanders_is_followed_between_two_known_places)
{
    constexpr double kWander = 1e-4;
    test::Random random(7);
    const auto likelihood = of_8psk(8.3);
    PhaseFollower follower;
    int slips = 0;
    for (int trial = 0; trial < 1000; ++trial) {
        const auto signal = make(8.3, kWander, 0, random);
        const auto path =
            follower.follow(signal.symbols, likelihood, {kWander, 1, kBlock}, {0, 2e-3},
                            PhaseFollower::End{signal.phases.back(), 2e-3});
        slips += worst(path, signal) > 0.6;
    }
    BOOST_TEST(slips <= 12);
}

BOOST_DATA_TEST_CASE(the_path_is_unwrapped_over_whole_turns_between_the_ends,
                     bdata::make({-4.0, -2.0, 2.0, 4.0}),
                     turn)
{
    constexpr double kWander = 1e-4;
    test::Random random(11);
    const auto likelihood = of_8psk(12);
    const auto signal = make(12, 1e-6, turn / kSymbols, random);
    const double behind = std::remainder(signal.phases.back(), 2 * std::numbers::pi);
    PhaseFollower follower;
    const auto path = follower.follow(signal.symbols, likelihood, {kWander, 1, kBlock},
                                      {0, 1e-3}, PhaseFollower::End{behind, 1e-3});
    BOOST_TEST(worst(path, signal) < 0.3);
}

// The way forth alone takes the neighbouring point for the right one: what lies behind shows
// it, and the path comes back where the phase did jump.
BOOST_AUTO_TEST_CASE(a_jump_is_found_where_it_is)
{
    test::Random random(3);
    const auto likelihood = of_8psk(12);
    auto signal = make(12, 1e-7, 0, random);
    for (size_t i = kSymbols / 2; i < kSymbols; ++i) {
        signal.symbols[i] *= Sample(std::polar(1.0, 0.6));
        signal.phases[i] += 0.6;
    }
    const PhaseFollower::Walk walk{1e-4, 1, kBlock};
    PhaseFollower follower;
    BOOST_TEST(worst(follower.follow(signal.symbols, likelihood, walk, {0, 1e-3}, std::nullopt),
                     signal) > 0.5);
    BOOST_TEST(worst(follower.follow(signal.symbols, likelihood, walk, {0, 1e-3},
                                     PhaseFollower::End{signal.phases.back(), 1e-3}),
                     signal) < 0.2);
}

BOOST_DATA_TEST_CASE(any_number_of_symbols_gives_a_block_or_more,
                     bdata::make({1, 2, int(kBlock) - 1, int(kBlock), int(kBlock) + 1,
                                  2 * int(kBlock)}),
                     symbols)
{
    test::Random random(5);
    const auto likelihood = of_8psk(12);
    const auto received = random.psk(8, size_t(symbols));
    PhaseFollower follower;
    const auto path = follower.follow(received, likelihood, {1e-4, 1, kBlock}, {0, 1e-3},
                                      PhaseFollower::End{0, 1e-3});
    BOOST_TEST(path.size() == size_t(std::max(1, symbols / int(kBlock))));
    for (const auto& block : path)
        BOOST_TEST(std::abs(block.phase) < 0.2);
}
