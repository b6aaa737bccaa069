#include "depinsat/modulation/pulse_shaper.h"

#include "depinsat/modulation/root_raised_cosine.h"
#include "simd_targets.h"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <cmath>
#include <random>

namespace bdata = boost::unit_test::data;
using namespace depinsat;
using namespace depinsat::modulation;

namespace {

std::vector<Sample> random_qpsk(size_t count)
{
    std::mt19937 rng(5);
    std::vector<Sample> symbols(count);
    for (auto& symbol : symbols)
        symbol = {rng() & 1 ? 0.70710678f : -0.70710678f,
                  rng() & 1 ? 0.70710678f : -0.70710678f};
    return symbols;
}

// The slow twin: zeros between the symbols, and the filter as it is.
std::vector<std::complex<double>>
shaped_slowly(const std::vector<Sample>& symbols, unsigned samples_per_symbol, double rolloff)
{
    const auto taps = root_raised_cosine(samples_per_symbol, rolloff);
    std::vector<std::complex<double>> out(symbols.size() * samples_per_symbol);
    for (size_t n = 0; n < symbols.size(); ++n)
        for (size_t i = 0; i < taps.size() && n * samples_per_symbol + i < out.size(); ++i)
            out[n * samples_per_symbol + i] += std::complex<double>(symbols[n]) *
                                               double(taps[i]) *
                                               std::sqrt(double(samples_per_symbol));
    return out;
}

std::vector<Sample> shaped(PulseShaper& shaper, std::span<const Sample> symbols)
{
    std::vector<Sample> out(symbols.size() * shaper.samples_per_symbol());
    shaper.process(symbols, out);
    return out;
}

} // namespace

BOOST_DATA_TEST_CASE(every_simd_target_equals_the_convolution,
                     bdata::make(test::simd_targets()) * bdata::make({2u, 3u, 8u}) *
                         bdata::make({0, 1, 31, 32, 33, 63, 64, 65, 500}),
                     target,
                     samples_per_symbol,
                     count)
{
    const auto symbols = random_qpsk(size_t(count));
    const auto expected = shaped_slowly(symbols, samples_per_symbol, 0.2);
    const test::OnlyTarget only(target);
    PulseShaper shaper(samples_per_symbol, 0.2);
    const auto actual = shaped(shaper, symbols);
    double worst = 0;
    for (size_t i = 0; i < actual.size(); ++i)
        worst = std::max(worst, std::abs(std::complex<double>(actual[i]) - expected[i]));
    BOOST_TEST(worst < 1e-5);
}

BOOST_DATA_TEST_CASE(random_pieces_give_the_same_samples,
                     bdata::make(test::simd_targets()) * bdata::make({0.35, 0.2, 0.05}),
                     target,
                     rolloff)
{
    const test::OnlyTarget only(target);
    const auto symbols = random_qpsk(3000);
    PulseShaper whole(2, rolloff), cut(2, rolloff);
    const auto expected = shaped(whole, symbols);
    std::vector<Sample> actual;
    std::mt19937 rng(11);
    for (size_t at = 0; at < symbols.size();) {
        const size_t count = std::min<size_t>(rng() % 200, symbols.size() - at);
        const auto piece = shaped(cut, std::span(symbols).subspan(at, count));
        actual.insert(actual.end(), piece.begin(), piece.end());
        at += count;
    }
    BOOST_TEST((actual == expected));
}

BOOST_DATA_TEST_CASE(mean_power_is_1, bdata::make({2u, 4u, 8u}), samples_per_symbol)
{
    PulseShaper shaper(samples_per_symbol, 0.2);
    shaped(shaper, random_qpsk(100)); // fills the filter
    const auto samples = shaped(shaper, random_qpsk(40000));
    double power = 0;
    for (const Sample s : samples)
        power += std::norm(s);
    BOOST_TEST(power / double(samples.size()) == 1, boost::test_tools::tolerance(0.01));
}

BOOST_AUTO_TEST_CASE(a_single_symbol_peaks_after_the_delay)
{
    PulseShaper shaper(4, 0.2);
    std::vector<Sample> symbols(100);
    symbols[10] = 1;
    const auto samples = shaped(shaper, symbols);
    const auto peak = std::max_element(samples.begin(), samples.end(), [](Sample a, Sample b) {
        return std::abs(a) < std::abs(b);
    });
    BOOST_TEST(size_t(peak - samples.begin()) == (10 + shaper.delay_symbols()) * 4);
    for (size_t i = 0; i < 40; ++i)
        BOOST_TEST(std::abs(samples[i]) == 0); // nothing before the symbol is there
}

BOOST_AUTO_TEST_CASE(reset_forgets)
{
    PulseShaper shaper(2, 0.25);
    const auto symbols = random_qpsk(77);
    const auto first = shaped(shaper, symbols);
    BOOST_TEST((shaped(shaper, symbols) != first));
    shaper.reset();
    BOOST_TEST((shaped(shaper, symbols) == first));
}

BOOST_AUTO_TEST_CASE(what_is_out_of_range_is_refused)
{
    BOOST_CHECK_THROW(PulseShaper(1, 0.2), std::invalid_argument);
    BOOST_CHECK_THROW(PulseShaper(9, 0.2), std::invalid_argument);
    BOOST_CHECK_THROW(PulseShaper(2, 0.5), std::invalid_argument);
}
