#include "depinsat/waveform/dvbs2_transmitter.h"

#include "allocation_counter.h"
#include "depinsat/modulation/root_raised_cosine.h"
#include "depinsat/waveform/dvbs2_encoder.h"
#include "dvbs2_vectors.h"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <random>

namespace bdata = boost::unit_test::data;
using namespace depinsat;
using namespace depinsat::waveform;

namespace {

constexpr size_t kDummySymbols = 3330;

/// Frames of changing MODCODs, and nothing now and then.
class VariedSource : public Dvbs2FrameSource
{
public:
    bool next(Dvbs2FrameToSend& frame) override
    {
        BOOST_TEST(left_ == 0u);
        const unsigned turn = calls++ % 4;
        if (turn == 1)
            return false;
        using framing::FrameSize;
        frame.modcod =
            &framing::find_modcod(turn == 0   ? "qpsk_1-2"
                                  : turn == 2 ? "8psk_3-4"
                                              : "qpsk_8-9",
                                  turn == 2 ? FrameSize::kNormal : FrameSize::kShort);
        frame.pilots = turn != 3;
        frame.data_field.resize(100 * turn);
        for (auto& byte : frame.data_field)
            byte = uint8_t(rng_());
        return true;
    }

    void symbols_left(size_t symbols) override
    {
        left_ = symbols;
        reports.push_back(symbols);
    }

    unsigned calls = 0;
    std::vector<size_t> reports;

private:
    size_t left_ = 0;
    std::mt19937 rng_{4};
};

/// Nothing to send, ever.
struct SilentSource : Dvbs2FrameSource {
    bool next(Dvbs2FrameToSend&) override
    {
        ++calls;
        return false;
    }
    unsigned calls = 0;
};

/// One short frame after the other.
struct SteadySource : Dvbs2FrameSource {
    bool next(Dvbs2FrameToSend& frame) override
    {
        frame.modcod = &framing::find_modcod("qpsk_1-2", framing::FrameSize::kShort);
        frame.data_field.assign(frame.modcod->data_field_bytes(), uint8_t(calls++));
        return true;
    }
    unsigned calls = 0;
};

std::vector<Sample> generated(Dvbs2Transmitter& transmitter, size_t count)
{
    std::vector<Sample> samples(count);
    transmitter.generate(samples);
    return samples;
}

/// What the frames of a VariedSource are, symbol by symbol.
std::vector<Sample> symbols_of_varied_source(size_t count)
{
    VariedSource source;
    Dvbs2Encoder encoder(0.20, 0);
    Dvbs2FrameToSend frame;
    std::vector<Sample> symbols;
    while (symbols.size() < count) {
        source.symbols_left(0);
        const auto plframe = source.next(frame) ? encoder.encode(frame) : encoder.dummy();
        symbols.insert(symbols.end(), plframe.begin(), plframe.end());
    }
    symbols.resize(count);
    return symbols;
}

} // namespace

BOOST_AUTO_TEST_CASE(without_shaping_the_symbols_of_the_frames_come_out)
{
    VariedSource source;
    Dvbs2Transmitter transmitter({.samples_per_symbol = 1}, source);
    const auto symbols = generated(transmitter, 60000);
    const auto expected = symbols_of_varied_source(60000);
    BOOST_TEST(test::first_difference<Sample>(symbols, expected) == expected.size());
}

BOOST_DATA_TEST_CASE(random_pieces_give_the_same_samples,
                     bdata::make({1u, 2u, 3u, 8u}) * bdata::make({1u, 7u, 300u, 20000u}),
                     samples_per_symbol,
                     longest)
{
    VariedSource source, cut_source;
    const Dvbs2TransmitterConfig config{.samples_per_symbol = samples_per_symbol};
    Dvbs2Transmitter whole(config, source), cut(config, cut_source);
    const auto expected = generated(whole, 90001);
    std::vector<Sample> actual(expected.size());
    std::mt19937 rng(longest);
    for (size_t at = 0; at < actual.size();) {
        const size_t count = std::min<size_t>(rng() % (longest + 1), actual.size() - at);
        cut.generate(std::span(actual).subspan(at, count));
        at += count;
    }
    BOOST_TEST(test::first_difference<Sample>(actual, expected) == expected.size());
    BOOST_TEST(source.calls == cut_source.calls);
}

BOOST_DATA_TEST_CASE(a_frame_is_asked_for_when_its_first_symbol_is_due_and_not_before,
                     bdata::make({1u, 2u, 5u}),
                     samples_per_symbol)
{
    SilentSource source;
    Dvbs2Transmitter transmitter({.samples_per_symbol = samples_per_symbol}, source);
    BOOST_TEST(source.calls == 0u);
    generated(transmitter, 1);
    BOOST_TEST(source.calls == 1u);
    generated(transmitter, kDummySymbols * samples_per_symbol - 1);
    BOOST_TEST(source.calls == 1u);
    generated(transmitter, 1);
    BOOST_TEST(source.calls == 2u);
}

BOOST_AUTO_TEST_CASE(the_source_hears_how_many_symbols_are_left)
{
    VariedSource source; // checks that none is left when it is asked
    Dvbs2Transmitter transmitter({.samples_per_symbol = 2}, source);
    generated(transmitter, 2 * 8370);
    BOOST_TEST(source.calls == 1u);
    BOOST_REQUIRE(!source.reports.empty());
    size_t before = 8370;
    for (const size_t left : source.reports) {
        BOOST_TEST(left < before);
        BOOST_TEST(before - left <= 256u);
        before = left;
    }
    BOOST_TEST(before == 0u);
    generated(transmitter, 2);
    BOOST_TEST(source.reports.back() == kDummySymbols - 1);
}

BOOST_DATA_TEST_CASE(mean_power_is_1, bdata::make({1u, 2u, 4u}), samples_per_symbol)
{
    VariedSource source;
    Dvbs2Transmitter transmitter({.samples_per_symbol = samples_per_symbol}, source);
    generated(transmitter, 1000);
    double power = 0;
    const auto samples = generated(transmitter, 100000);
    for (const Sample s : samples)
        power += std::norm(s);
    BOOST_TEST(power / double(samples.size()) == 1, boost::test_tools::tolerance(0.01));
}

BOOST_DATA_TEST_CASE(a_matched_filter_gives_the_symbols_back,
                     bdata::make({0.35, 0.25, 0.20, 0.15, 0.10, 0.05}),
                     rolloff)
{
    constexpr size_t kSymbols = 2000;
    VariedSource source;
    Dvbs2Transmitter transmitter({.rolloff = rolloff, .samples_per_symbol = 2}, source);
    const auto taps = modulation::root_raised_cosine(2, rolloff);
    const auto samples = generated(transmitter, 2 * kSymbols + 2 * taps.size());
    // Of the same roll-off, since the BBHEADER tells it.
    VariedSource same;
    Dvbs2Transmitter plain({.rolloff = rolloff, .samples_per_symbol = 1}, same);
    const auto expected = generated(plain, kSymbols);
    double error = 0;
    for (size_t n = 0; n < kSymbols; ++n) {
        // The last tap meets the sample in which the symbol ends.
        std::complex<double> sum;
        for (size_t i = 0; i < taps.size(); ++i)
            sum += std::complex<double>(samples[2 * n + i]) * double(taps[i]);
        error += std::norm(sum / std::sqrt(2.0) - std::complex<double>(expected[n]));
    }
    BOOST_TEST(10 * std::log10(error / kSymbols) < -50);
}

BOOST_AUTO_TEST_CASE(nothing_is_allocated_after_the_first_frame)
{
    SteadySource source;
    Dvbs2Transmitter transmitter({}, source);
    std::vector<Sample> samples(1000);
    while (source.calls < 2)
        transmitter.generate(samples);
    const size_t before = test::allocations();
    while (source.calls < 6)
        transmitter.generate(samples);
    BOOST_TEST(test::allocations() == before);
}

BOOST_AUTO_TEST_CASE(what_is_out_of_range_is_refused)
{
    SilentSource source;
    const auto make = [&](Dvbs2TransmitterConfig config) {
        Dvbs2Transmitter(config, source);
    };
    BOOST_CHECK_THROW(make({.rolloff = 0.22}), std::invalid_argument);
    BOOST_CHECK_THROW(make({.samples_per_symbol = 0}), std::invalid_argument);
    BOOST_CHECK_THROW(make({.samples_per_symbol = 9}), std::invalid_argument);
    BOOST_CHECK_THROW(make({.pl_scrambling_n = 262142}), std::invalid_argument);
}
