#include "depinsat/sync/iq_corrector.h"

#include "unit/sync/signals.h"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

using namespace depinsat;
using namespace depinsat::sync;

namespace {

constexpr size_t kConverged = IqCorrector::kBlock * IqCorrector::kAveraged;

std::vector<Sample> signal(size_t count, uint32_t seed)
{
    test::Random random(seed);
    auto samples = random.psk(4, count);
    test::rotate(samples, 0.0123);
    random.add_noise(samples, 0.05);
    return samples;
}

/// Q louder and turned, then DC.
std::vector<Sample>
impair(std::vector<Sample> samples, double gain_db, double degrees, Sample dc)
{
    const auto gain = float(std::pow(10, gain_db / 20));
    const auto angle = float(degrees * std::numbers::pi / 180);
    for (Sample& x : samples)
        x = Sample(x.real(), gain * (std::cos(angle) * x.imag() + std::sin(angle) * x.real())) +
            dc;
    return samples;
}

/// Power of what is not a multiple of the signal, relative to it.
double error_db(std::span<const Sample> sent, std::span<const Sample> received)
{
    std::complex<double> gain = 0;
    double energy = 0, error = 0;
    for (size_t n = 0; n < sent.size(); ++n) {
        gain += std::complex<double>(received[n] * std::conj(sent[n]));
        energy += std::norm(sent[n]);
    }
    gain /= energy;
    for (size_t n = 0; n < sent.size(); ++n)
        error +=
            std::norm(std::complex<double>(received[n]) / gain - std::complex<double>(sent[n]));
    return 10 * std::log10(error / energy);
}

struct Case {
    double gain_db, degrees;
    Sample dc;
    float level;
};

std::ostream& operator<<(std::ostream& out, const Case& c)
{
    return out << c.gain_db << " dB, " << c.degrees << " degrees, DC " << c.dc << ", level "
               << c.level;
}

} // namespace

BOOST_DATA_TEST_CASE(
    image_and_dc_go_away,
    boost::unit_test::data::make({Case{1, 5, {0.07f, -0.07f}, 1}, Case{-3, -10, {0.3f, 0}, 1},
                                  Case{6, 30, {0, 0}, 1}, Case{1, 5, {0.07f, -0.07f}, 1e-5f},
                                  Case{0, 0, {0, 0}, 1}}))
{
    const Case& c = sample;
    const auto sent = signal(kConverged + 50000, 1);
    auto received = impair(sent, c.gain_db, c.degrees, c.dc);
    for (Sample& x : received)
        x *= c.level;
    IqCorrector corrector;
    corrector.process(received);
    const size_t begin = kConverged;
    BOOST_TEST(error_db(std::span(sent).subspan(begin), std::span(received).subspan(begin)) <
               -42);
}

BOOST_AUTO_TEST_CASE(without_correction_the_image_is_there)
{
    const auto sent = signal(50000, 1);
    BOOST_TEST(error_db(sent, impair(sent, 1, 5, {0.07f, -0.07f})) > -20);
}

BOOST_AUTO_TEST_CASE(what_comes_out_does_not_depend_on_the_cuts)
{
    const auto received = impair(signal(60000, 2), 1, 5, {0.1f, 0});
    auto whole = received;
    IqCorrector corrector;
    corrector.process(whole);
    for (const size_t piece : {1u, 127u, 4099u}) {
        auto cut = received;
        IqCorrector other;
        for (size_t begin = 0; begin < cut.size(); begin += piece)
            other.process(std::span(cut).subspan(begin, std::min(piece, cut.size() - begin)));
        BOOST_TEST(std::ranges::equal(cut, whole));
    }
}

BOOST_AUTO_TEST_CASE(after_a_step_of_the_level_it_begins_again)
{
    const auto sent = signal(2 * kConverged, 3);
    auto received = impair(sent, 1, 5, {0.1f, 0});
    for (size_t n = 0; n < kConverged; ++n)
        received[n] *= 30.0f;
    IqCorrector corrector;
    corrector.process(received);
    const size_t begin = 2 * kConverged - 20000;
    BOOST_TEST(error_db(std::span(sent).subspan(begin), std::span(received).subspan(begin)) <
               -42);
}

BOOST_AUTO_TEST_CASE(silence_stays_silence)
{
    std::vector<Sample> silence(100000);
    IqCorrector corrector;
    corrector.process(silence);
    for (const Sample& x : silence)
        BOOST_REQUIRE(x == Sample(0));
}
