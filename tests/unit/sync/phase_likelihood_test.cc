#include "depinsat/sync/phase_likelihood.h"

#include "unit/sync/signals.h"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

namespace bdata = boost::unit_test::data;
using namespace depinsat;
using namespace depinsat::sync;

namespace {

std::vector<Sample> received(const modulation::Constellation& constellation,
                             double n0,
                             double phase,
                             size_t count,
                             test::Random& random)
{
    std::vector<Sample> symbols(count);
    const Sample turn(std::polar(1.0, phase));
    for (Sample& y : symbols)
        y = turn * constellation
                       .points[size_t(random.uniform(0, double(constellation.points.size())))];
    random.add_noise(symbols, n0);
    return symbols;
}

struct Case {
    const char* constellation;
    double es_n0_db;
    size_t symbols; ///< for an information of about 2500
};

std::ostream& operator<<(std::ostream& out, const Case& c)
{
    return out << c.constellation << " at " << c.es_n0_db << " dB";
}

const std::vector<Case> kCases{{"QPSK", 6, 800},
                               {"4+12APSK 2/3", 9, 14000},
                               {"4+12APSK 3/4", 10.5, 2600},
                               {"4+12+16APSK 4/5", 13.6, 400},
                               {"8+16+20+20APSK 4/5", 16, 1000},
                               {"256APSK 135/180", 20, 300}};

} // namespace

// The method of scoring reaches the bound, so its spread is the information.
BOOST_DATA_TEST_CASE(the_spread_of_a_step_is_what_the_information_says, bdata::make(kCases), c)
{
    const auto& constellation = modulation::find_constellation(c.constellation);
    const double n0 = 1 / test::power_of_db(c.es_n0_db), phase = 0.01;
    PhaseLikelihood likelihood;
    likelihood.prepare(constellation, n0);
    BOOST_TEST(likelihood.information() > 0);
    BOOST_TEST(likelihood.information() < 2 / n0);
    const double deviation = 1 / std::sqrt(double(c.symbols) * likelihood.information());
    BOOST_TEST(deviation < 0.03);
    test::Random random(3);
    std::vector<double> errors;
    double mean = 0;
    for (unsigned trial = 0; trial < 200; ++trial) {
        const auto symbols = received(constellation, n0, phase, c.symbols, random);
        errors.push_back(likelihood.refine(symbols, {}).phase - phase);
        mean += errors.back() / 200;
    }
    BOOST_TEST(test::root_mean_square(errors) < 1.25 * deviation);
    BOOST_TEST(test::root_mean_square(errors) > 0.8 * deviation);
    BOOST_TEST(std::abs(mean) < 0.4 * deviation);
}

BOOST_DATA_TEST_CASE(steps_lead_to_the_gain, bdata::make(kCases), c)
{
    const auto& constellation = modulation::find_constellation(c.constellation);
    const double n0 = 1 / test::power_of_db(c.es_n0_db);
    PhaseLikelihood likelihood;
    likelihood.prepare(constellation, n0);
    test::Random random(5);
    for (const double gain : {0.97, 1.0, 1.04}) {
        auto symbols = received(constellation, n0, 0, 20000, random);
        for (Sample& y : symbols)
            y *= float(gain);
        PhaseLikelihood::Carrier carrier;
        for (unsigned step = 0; step < 20; ++step)
            carrier = likelihood.refine(symbols, carrier);
        BOOST_TEST(std::abs(carrier.gain - gain) < 0.01);
    }
}

BOOST_DATA_TEST_CASE(the_right_phase_is_the_likeliest, bdata::make(kCases), c)
{
    const auto& constellation = modulation::find_constellation(c.constellation);
    const double n0 = 1 / test::power_of_db(c.es_n0_db);
    PhaseLikelihood likelihood;
    likelihood.prepare(constellation, n0);
    test::Random random(4);
    for (unsigned trial = 0; trial < 50; ++trial) {
        const auto symbols = received(constellation, n0, 0, c.symbols, random);
        const double right = likelihood.log_likelihood(symbols, {});
        for (const double wrong : {-0.25, 0.25}) {
            auto turned = symbols;
            test::rotate(turned, 0, wrong);
            BOOST_TEST(likelihood.log_likelihood(turned, {}) < right, "trial " << trial);
        }
    }
}

BOOST_AUTO_TEST_CASE(steps_are_limited_and_what_is_no_number_gives_one_of_the_cells)
{
    PhaseLikelihood likelihood;
    likelihood.prepare(modulation::find_constellation("4+12+16APSK 4/5"), 0);
    const std::vector<Sample> turned(64, Sample(std::polar(1.27, 0.2)));
    BOOST_TEST(std::abs(likelihood.refine(turned, {}).phase) <= PhaseLikelihood::kMostStep);
    const std::vector<Sample> outside{{1e30f, -1e30f}, {NAN, 0}, {INFINITY, NAN}};
    BOOST_TEST(std::isfinite(likelihood.log_likelihood(outside, {})));
}

BOOST_AUTO_TEST_CASE(another_noise_or_constellation_is_taken_at_once)
{
    PhaseLikelihood likelihood;
    likelihood.prepare(modulation::find_constellation("QPSK"), 0.1);
    const double qpsk = likelihood.information();
    likelihood.prepare(modulation::find_constellation("QPSK"), 0.101); // the same, about
    BOOST_TEST(likelihood.information() == qpsk);
    likelihood.prepare(modulation::find_constellation("QPSK"), 0.05);
    BOOST_TEST(likelihood.information() > 1.5 * qpsk);
    likelihood.prepare(modulation::find_constellation("4+12APSK 3/4"), 0.05);
    BOOST_TEST(likelihood.information() < qpsk * 1.5);
}
