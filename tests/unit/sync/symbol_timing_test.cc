#include "depinsat/sync/symbol_timing.h"

#include "simd_targets.h"
#include "unit/sync/signals.h"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <stdexcept>

using namespace depinsat;
using namespace depinsat::sync;

namespace {

struct Case {
    double samples_per_symbol, rolloff, es_n0_db, start, ppm, offset;
};

std::ostream& operator<<(std::ostream& out, const Case& c)
{
    return out << c.samples_per_symbol << " samples/symbol, roll-off " << c.rolloff << ", "
               << c.es_n0_db << " dB, start " << c.start << ", " << c.ppm << " ppm, offset "
               << c.offset;
}

std::vector<Sample> make(const Case& c, size_t symbols, uint32_t seed)
{
    sync::test::Random random(seed);
    const double period = c.samples_per_symbol * (1 + 1e-6 * c.ppm);
    auto samples = sync::test::shape(random.psk(4, symbols), c.rolloff, c.start, period);
    sync::test::rotate(samples, c.offset / c.samples_per_symbol, 0.1);
    random.add_noise(samples, c.samples_per_symbol / sync::test::power_of_db(c.es_n0_db));
    return samples;
}

SymbolBuffer run(const Case& c, std::span<const Sample> samples, size_t piece)
{
    SymbolTiming timing(c.samples_per_symbol, c.rolloff);
    SymbolBuffer out;
    for (size_t begin = 0; begin < samples.size(); begin += piece)
        timing.process(samples.subspan(begin, std::min(piece, samples.size() - begin)), out);
    timing.finish(out);
    return out;
}

SymbolBuffer run_on(int64_t target, const Case& c, std::span<const Sample> samples)
{
    const depinsat::test::OnlyTarget only(target);
    return run(c, samples, 128);
}

/// Time errors in symbols, modulo a symbol, of symbols [from, to).
std::vector<double> errors(const Case& c, const SymbolBuffer& out, uint64_t from, uint64_t to)
{
    const double period = c.samples_per_symbol * (1 + 1e-6 * c.ppm);
    std::vector<double> found;
    for (uint64_t i = from; i < to; ++i)
        found.push_back(std::remainder((out.time(i) - c.start) / period, 1.0));
    return found;
}

} // namespace

BOOST_DATA_TEST_CASE(the_clock_is_found_and_kept,
                     boost::unit_test::data::make(
                         {Case{2, 0.20, 3, 0.3, 50, 0.05}, Case{2, 0.20, 3, 1.1, -50, -0.05},
                          Case{2, 0.20, 3, 1.0, 100, 0}, Case{2, 0.20, 0, 1.7, 50, 0},
                          Case{2, 0.35, 3, 0.6, 50, 0.05}, Case{1.9, 0.25, 3, 0.8, -50, 0.05},
                          Case{1.2, 0.20, 3, 0.8, -50, 0.05},
                          Case{2.7182818, 0.20, 3, 2.2, 50, 0.05},
                          Case{8, 0.20, 3, 5.0, 50, 0.05}}))
{
    const Case& c = sample;
    const auto samples = make(c, 40000, 3);
    const auto out = run(c, samples, 128);
    BOOST_TEST(std::abs(double(out.end()) - 40000) < 20);
    // The first window already: what was found, moved by half a window of clock error.
    BOOST_TEST(sync::test::root_mean_square(errors(c, out, 30, 4000)) < 0.12);
    BOOST_TEST(sync::test::root_mean_square(errors(c, out, 26000, 39000)) <
               (c.es_n0_db < 3 || c.offset != 0 ? 0.04 : 0.02));
}

BOOST_AUTO_TEST_CASE(symbols_are_free_of_their_neighbours)
{
    const Case c{2, 0.20, 100, 0.37, 20, 0};
    sync::test::Random random(5);
    const auto sent = random.psk(4, 30000);
    auto samples =
        sync::test::shape(sent, c.rolloff, c.start, c.samples_per_symbol * (1 + 20e-6));
    const auto out = run(c, samples, 1000);
    const auto symbols = out.view(20000, 8000);
    double error = 0;
    for (const Sample& x : symbols) {
        const Sample nearest{std::copysign(float(std::numbers::sqrt2 / 2), x.real()),
                             std::copysign(float(std::numbers::sqrt2 / 2), x.imag())};
        error += std::norm(x - nearest);
    }
    const double evm_db = 10 * std::log10(error / double(symbols.size()));
    BOOST_TEST(evm_db < -33);
}

BOOST_AUTO_TEST_CASE(what_comes_out_does_not_depend_on_the_cuts)
{
    const Case c{2, 0.20, 3, 0.3, 50, 0.05};
    const auto samples = make(c, 12000, 9);
    const auto whole = run(c, samples, samples.size());
    for (const size_t piece : {1u, 127u, 4099u}) {
        const auto cut = run(c, samples, piece);
        BOOST_REQUIRE(cut.end() == whole.end());
        const auto a = whole.view(0, whole.end()), b = cut.view(0, cut.end());
        BOOST_TEST(std::equal(a.begin(), a.end(), b.begin()));
        BOOST_TEST(cut.time(whole.end() - 1) == whole.time(whole.end() - 1));
    }
}

BOOST_DATA_TEST_CASE(all_simd_targets_give_the_same,
                     boost::unit_test::data::make(depinsat::test::simd_targets()) *
                         boost::unit_test::data::make({1.2, 2.0, 2.3}),
                     target,
                     samples_per_symbol)
{
    const Case c{samples_per_symbol, 0.25, 10, 0.3, 50, 0.01};
    const auto samples = make(c, 6000, 9);
    const auto wanted = run_on(HWY_SCALAR, c, samples), found = run_on(target, c, samples);
    BOOST_REQUIRE(found.end() == wanted.end());
    const auto a = wanted.view(0, wanted.end()), b = found.view(0, found.end());
    float error = 0;
    for (size_t i = 0; i < a.size(); ++i)
        error = std::max(error, std::abs(a[i] - b[i]));
    BOOST_TEST(error < 1e-4f); // rounding; now and then the neighbouring phase of the filters
}

BOOST_AUTO_TEST_CASE(after_a_jump_of_half_a_symbol_the_clock_comes_back)
{
    const Case before{2, 0.20, 3, 0.3, 50, 0};
    auto samples = make(before, 30000, 10);
    const Case after{2, 0.20, 3, 1.3, 50, 0};
    const auto second = make(after, 30000, 11);
    const auto join = double(samples.size());
    samples.insert(samples.end(), second.begin(), second.end());
    const auto out = run(before, samples, 128);
    std::vector<double> late;
    for (uint64_t i = out.end() - 10000; i < out.end() - 100; ++i)
        late.push_back(std::remainder((out.time(i) - join - 1.3) / (2 * (1 + 50e-6)), 1.0));
    BOOST_TEST(sync::test::root_mean_square(late) < 0.03);
}

BOOST_AUTO_TEST_CASE(noise_does_not_carry_the_clock_away)
{
    sync::test::Random random(6);
    std::vector<Sample> noise(100000);
    random.add_noise(noise, 1);
    SymbolTiming timing(2, 0.20);
    SymbolBuffer out;
    timing.process(noise, out);
    BOOST_TEST(std::abs(timing.loop().rate()) < 100e-6);
    BOOST_TEST(std::abs(double(out.end()) - 50000) < 40);
}

BOOST_AUTO_TEST_CASE(ratios_that_are_not_built_are_refused)
{
    BOOST_CHECK_THROW(SymbolTiming(1.19, 0.2), std::invalid_argument);
    BOOST_CHECK_THROW(SymbolTiming(8.01, 0.2), std::invalid_argument);
    BOOST_CHECK_THROW(SymbolTiming(std::nan(""), 0.2), std::invalid_argument);
    BOOST_CHECK_THROW(SymbolTiming(2, 0.9), std::invalid_argument);
}
