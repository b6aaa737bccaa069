#include "depinsat/sync/spectrum_centre.h"

#include "unit/sync/signals.h"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

using namespace depinsat;
using namespace depinsat::sync;

namespace {

constexpr size_t kPiece = SpectrumCentre::kPiece;
constexpr size_t kSymbols = 4096;

std::vector<Sample>
signal(double samples_per_symbol, double rolloff, double offset, uint32_t seed)
{
    test::Random random(seed);
    auto samples =
        test::shape(random.psk(4, kSymbols), rolloff, random.uniform(0, 2), samples_per_symbol);
    test::rotate(samples, offset / samples_per_symbol, random.uniform(0, 6));
    return samples;
}

void add_noise(std::vector<Sample>& samples, double samples_per_symbol, double es_n0_db)
{
    test::Random random(uint32_t(samples.size()));
    random.add_noise(samples, samples_per_symbol / test::power_of_db(es_n0_db));
}

std::optional<double>
centre_of(double samples_per_symbol, double rolloff, std::span<const Sample> samples)
{
    SpectrumCentre spectrum(samples_per_symbol, rolloff);
    for (; samples.size() >= kPiece; samples = samples.subspan(kPiece))
        spectrum.add(samples.first<kPiece>());
    return spectrum.centre();
}

struct Case {
    double samples_per_symbol, rolloff, es_n0_db, offset;
};

std::ostream& operator<<(std::ostream& out, const Case& c)
{
    return out << c.samples_per_symbol << " samples/symbol, roll-off " << c.rolloff << ", "
               << c.es_n0_db << " dB, offset " << c.offset;
}

} // namespace

BOOST_DATA_TEST_CASE(the_carrier_is_found,
                     boost::unit_test::data::make({
                         Case{2, 0.20, 2, 0.2},
                         Case{2, 0.20, 2, -0.2},
                         Case{2, 0.20, 2, 0},
                         Case{2, 0.35, 2, 0.2},
                         Case{2, 0.05, 2, -0.13},
                         Case{3.9, 0.20, 2, 0.2},
                         Case{1.2, 0.20, 2, 0.2},
                         Case{1.2, 0.20, 2, -0.07},
                         Case{2, 0.20, -2.4, 0.2},
                         Case{2, 0.20, 20, 0.17},
                     }))
{
    const Case& c = sample;
    std::vector<double> errors;
    for (uint32_t seed = 1; seed <= 20; ++seed) {
        auto samples = signal(c.samples_per_symbol, c.rolloff, c.offset, seed);
        add_noise(samples, c.samples_per_symbol, c.es_n0_db);
        const auto found = centre_of(c.samples_per_symbol, c.rolloff, samples);
        BOOST_REQUIRE(found);
        errors.push_back(*found - c.offset);
    }
    const double error = test::root_mean_square(errors);
    BOOST_TEST(error < (c.es_n0_db < 2 || c.samples_per_symbol < 1.5 ? 0.02 : 0.01));
}

BOOST_AUTO_TEST_CASE(a_tone_of_twenty_times_the_power_does_not_pull_it)
{
    auto samples = signal(2, 0.2, -0.1, 3);
    for (size_t n = 0; n < samples.size(); ++n)
        samples[n] += Sample(std::polar(4.5, 2 * std::numbers::pi * 0.37 * double(n)));
    add_noise(samples, 2, 5);
    const auto found = centre_of(2, 0.2, samples);
    BOOST_REQUIRE(found);
    BOOST_TEST(std::abs(*found + 0.1) < 0.03);
}

BOOST_AUTO_TEST_CASE(a_stronger_neighbour_does_not_pull_it)
{
    auto samples = signal(4, 0.2, 0.05, 4);
    const auto neighbour = signal(4, 0.2, 1.3, 5);
    for (size_t n = 0; n < std::min(samples.size(), neighbour.size()); ++n)
        samples[n] += 3.0f * neighbour[n];
    add_noise(samples, 4, 5);
    const auto found = centre_of(4, 0.2, samples);
    BOOST_REQUIRE(found);
    BOOST_TEST(std::abs(*found - 0.05) < 0.03);
}

BOOST_AUTO_TEST_CASE(noise_and_silence_have_no_centre)
{
    unsigned found = 0;
    for (uint32_t seed = 1; seed <= 100; ++seed) {
        test::Random random(seed);
        std::vector<Sample> noise(2 * kSymbols);
        random.add_noise(noise, 1);
        found += centre_of(2, 0.2, noise).has_value();
    }
    BOOST_TEST(found == 0u);
    BOOST_TEST(!centre_of(2, 0.2, std::vector<Sample>(2 * kSymbols)));
    BOOST_TEST(!centre_of(2, 0.2, {}));
}
