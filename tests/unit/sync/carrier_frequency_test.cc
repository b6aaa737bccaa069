#include "depinsat/sync/carrier_frequency.h"

#include "simd_targets.h"
#include "unit/sync/signals.h"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

using namespace depinsat;
using namespace depinsat::sync;

BOOST_DATA_TEST_CASE(a_known_block_without_noise_gives_frequency_phase_and_full_correlation,
                     boost::unit_test::data::make(depinsat::test::simd_targets()),
                     target)
{
    const depinsat::test::OnlyTarget only(target);
    sync::test::Random random(1);
    for (const double frequency : {-0.06, 0.0, 0.0011, 0.05}) {
        const auto sent = random.psk(4, 90);
        auto received = sent;
        sync::test::rotate(received, frequency, 0.3);
        for (Sample& x : received)
            x *= 0.2f;
        const auto estimate = estimate_frequency(received, sent, 0, 0.07);
        BOOST_TEST(std::abs(estimate.frequency - frequency) < 2e-5);
        const double phase = 0.3 + 2 * std::numbers::pi * frequency * 44.5;
        BOOST_TEST(std::abs(std::remainder(estimate.phase - phase, 2 * std::numbers::pi)) <
                   0.01);
        BOOST_TEST(std::abs(estimate.correlation - 1) < 1e-3);
    }
}

BOOST_AUTO_TEST_CASE(frequency_of_a_header_reaches_the_cramer_rao_bound_at_3_db)
{
    sync::test::Random random(2);
    std::vector<double> errors;
    for (unsigned trial = 0; trial < 500; ++trial) {
        const auto sent = random.psk(4, 90);
        auto received = sent;
        const double frequency = random.uniform(-0.003, 0.003);
        sync::test::rotate(received, frequency, trial);
        random.add_noise(received, 1 / sync::test::power_of_db(3));
        errors.push_back(estimate_frequency(received, sent, 0, 0.004).frequency - frequency);
    }
    const double bound =
        std::sqrt(6 / (sync::test::power_of_db(3) * 90.0 * 90 * 90)) / (2 * std::numbers::pi);
    BOOST_TEST(sync::test::root_mean_square(errors) < 1.15 * bound);
}

BOOST_AUTO_TEST_CASE(silence_correlates_with_nothing)
{
    const std::vector<Sample> received(90), sent(90, Sample(1));
    BOOST_TEST(estimate_frequency(received, sent, 0, 0.001).correlation == 0);
}

BOOST_AUTO_TEST_CASE(modulation_is_taken_away_and_power_kept)
{
    sync::test::Random random(3);
    for (const unsigned m : {4u, 8u}) {
        auto symbols = random.psk(m, 100);
        for (Sample& x : symbols)
            x *= Sample(std::polar(0.5, 0.01));
        std::vector<Sample> carrier(symbols.size());
        remove_psk(symbols, m, carrier);
        const double offset = m == 4 ? std::numbers::pi : 0;
        for (const Sample& x : carrier)
            BOOST_TEST(std::abs(x - Sample(std::polar(0.25, offset + 0.01 * m))) < 1e-4);
    }
}

struct Case {
    unsigned m;
    size_t symbols;
    double es_n0_db;
    double most; ///< cycles per symbol of the signal
};

std::ostream& operator<<(std::ostream& out, const Case& c)
{
    return out << c.m << "-PSK, " << c.symbols << " symbols, " << c.es_n0_db << " dB";
}

// Bounds: 6 / (SNR N^3) for the m-th power's line with its self-noise, and 1 dB.
BOOST_DATA_TEST_CASE(
    the_spectrum_finds_the_carrier_at_once,
    boost::unit_test::data::make({Case{4, 8100, 3, 1.2e-6}, Case{4, 8100, 1, 2.5e-6},
                                  Case{8, 5400, 8, 2.5e-6}, Case{8, 8192, 6.6, 4e-6},
                                  Case{1, 3240, 1, 2e-6}}))
{
    sync::test::Random random(4);
    std::vector<double> errors;
    for (unsigned trial = 0; trial < 40; ++trial) {
        auto symbols = random.psk(sample.m, sample.symbols);
        const double frequency = random.uniform(-1.5e-3, 1.5e-3);
        sync::test::rotate(symbols, frequency, trial);
        random.add_noise(symbols, 1 / sync::test::power_of_db(sample.es_n0_db));
        std::vector<Sample> carrier(symbols.size());
        remove_psk(symbols, sample.m, carrier);
        const auto peak = carrier_peak(carrier, sample.m * 1.6e-3);
        BOOST_TEST(peak.strength > 9);
        errors.push_back(peak.frequency / sample.m - frequency);
    }
    BOOST_TEST(sync::test::root_mean_square(errors) < sample.most);
}

BOOST_AUTO_TEST_CASE(noise_has_no_sure_peak)
{
    sync::test::Random random(5);
    for (unsigned trial = 0; trial < 50; ++trial) {
        std::vector<Sample> noise(8192);
        random.add_noise(noise, 1);
        BOOST_TEST(carrier_peak(noise, 8e-4).strength < 12);
    }
}
