#include "depinsat/sync/carrier_phase.h"

#include "depinsat/sync/carrier_frequency.h"
#include "unit/sync/signals.h"

#include <boost/test/unit_test.hpp>

using namespace depinsat;
using namespace depinsat::sync;

namespace {

constexpr double kPi = std::numbers::pi;

double phase_error(std::span<const Sample> symbols)
{
    double worst = 0;
    for (const Sample& x : symbols)
        worst = std::max(worst, double(std::abs(std::arg(x))));
    return worst;
}

std::vector<Sample> turned(size_t count, double slope, double phase)
{
    std::vector<Sample> symbols(count, Sample(1));
    test::rotate(symbols, slope / (2 * kPi), phase);
    return symbols;
}

} // namespace

BOOST_AUTO_TEST_CASE(phase_of_known_symbols_reaches_the_bound)
{
    test::Random random(1);
    std::vector<double> errors;
    for (unsigned trial = 0; trial < 500; ++trial) {
        const auto sent = random.psk(4, 36);
        auto received = sent;
        test::rotate(received, 0, 2);
        random.add_noise(received, 1 / test::power_of_db(3));
        errors.push_back(std::remainder(known_phase(received, sent) - 2, 2 * kPi));
    }
    BOOST_TEST(test::root_mean_square(errors) < 1.1 / std::sqrt(2 * 36 * test::power_of_db(3)));
}

BOOST_AUTO_TEST_CASE(psk_blocks_give_the_phase_up_to_a_symmetry)
{
    test::Random random(2);
    for (const auto& [m, es_n0_db, size, most] :
         {std::tuple{4u, 3.0, 512u, 0.055}, std::tuple{8u, 8.0, 1024u, 0.03}}) {
        std::vector<double> errors;
        const double offset = m == 4 ? kPi / 4 : 0;
        for (unsigned trial = 0; trial < 200; ++trial) {
            auto symbols = random.psk(m, size);
            test::rotate(symbols, 0, 0.2);
            random.add_noise(symbols, 1 / test::power_of_db(es_n0_db));
            std::vector<Sample> carrier(size);
            remove_psk(symbols, m, carrier);
            errors.push_back(std::remainder(psk_phase(carrier, m, offset) - 0.2, 2 * kPi / m));
        }
        BOOST_TEST(test::root_mean_square(errors) < most);
    }
}

BOOST_AUTO_TEST_CASE(a_line_through_known_phases_is_followed_through_whole_turns)
{
    PhaseTrack track;
    for (const double position : {44.5, 1000.0, 2500.0, 4000.0})
        track.add_known(position, std::remainder(0.7 + 0.002 * position, 2 * kPi));
    auto symbols = turned(4000, 0.002, 0.7);
    track.correct(symbols);
    BOOST_TEST(phase_error(std::span(symbols).subspan(45)) < 1e-3);
    BOOST_TEST(phase_error(symbols) < 0.002 * 45); // before the first place: held
}

BOOST_AUTO_TEST_CASE(behind_the_last_place_the_phase_is_held)
{
    PhaseTrack track;
    track.add_known(10, 0.4);
    auto symbols = turned(50, 0, 0.4);
    track.correct(symbols);
    BOOST_TEST(phase_error(symbols) < 1e-5);
    std::vector<Sample> none;
    track.correct(none);
    track.clear();
    symbols = turned(5, 0, 0);
    track.correct(symbols);
    BOOST_TEST(phase_error(symbols) == 0);
}

BOOST_AUTO_TEST_CASE(ambiguous_phases_follow_the_nearest_branch)
{
    PhaseTrack track;
    track.add_known(0, 3.0);
    for (double position = 500; position < 5000; position += 500)
        track.add_ambiguous(position, std::remainder(3.0 + 0.001 * position, kPi / 2), 4);
    auto symbols = turned(4500, 0.001, 3.0);
    track.correct(symbols);
    BOOST_TEST(phase_error(symbols) < 1e-3);
}

BOOST_AUTO_TEST_CASE(a_slip_between_two_known_phases_is_taken_out_where_it_happened)
{
    PhaseTrack track;
    track.add_known(0, 0);
    track.add_ambiguous(500, 0.02, 4);
    track.add_ambiguous(1000, 0.9, 4); // nearest branch is -0.67: a quarter turn too low
    track.add_ambiguous(1500, 0.9, 4);
    track.add_known_after_ambiguous(2000, 0.9, 4);
    std::vector<Sample> symbols(2000, Sample(std::polar(1.0, 0.9)));
    track.correct(symbols);
    BOOST_TEST(phase_error(std::span(symbols).subspan(1000)) < 1e-3);
}

BOOST_AUTO_TEST_CASE(a_frequency_that_drifts_is_followed_and_told)
{
    // Nearly half a turn between the last two places, in noise of pilots at 1.4 dB.
    constexpr double kDrift = 2 * std::numbers::pi * 1e-8, kDistance = 1476;
    test::Random random(8);
    PhaseTrack track;
    std::vector<Sample> symbols(size_t(23 * kDistance));
    for (size_t k = 0; k < symbols.size(); ++k)
        symbols[k] = Sample(std::polar(1.0, 0.5 * kDrift * double(k) * double(k)));
    for (unsigned i = 0; i < 24; ++i) {
        const double position = i * kDistance;
        const double phase = 0.5 * kDrift * position * position;
        track.add_known(position, std::remainder(phase + random.uniform(-0.17, 0.17),
                                                 2 * std::numbers::pi));
    }
    const double end = 27 * kDistance;
    BOOST_TEST(std::abs(track.slope_at(end) / (kDrift * end) - 1) < 0.03);
    track.correct(symbols);
    for (const Sample& x : symbols)
        BOOST_REQUIRE(std::abs(std::arg(x)) < 0.25);
}

BOOST_AUTO_TEST_CASE(a_few_places_have_a_slope_only)
{
    PhaseTrack track;
    track.add_known(0, 0.1);
    track.add_known(100, 0.2);
    BOOST_TEST(track.slope_at(200) == 0.0);
    track.add_known(200, 0.3);
    BOOST_TEST(track.slope_at(0) == 1e-3, boost::test_tools::tolerance(1e-9));
    BOOST_TEST(track.slope_at(1000) == 1e-3, boost::test_tools::tolerance(1e-9));
}
