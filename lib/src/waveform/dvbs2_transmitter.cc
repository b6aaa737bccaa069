#include "depinsat/waveform/dvbs2_transmitter.h"

#include "depinsat/modulation/pulse_shaper.h"
#include "depinsat/waveform/dvbs2_encoder.h"

#include <algorithm>
#include <array>
#include <optional>
#include <stdexcept>

namespace depinsat::waveform {
namespace {

constexpr size_t kStep = 256; // symbols between two calls of symbols_left()
constexpr unsigned kMaxSamplesPerSymbol = 8;

} // namespace

struct Dvbs2Transmitter::Impl {
    Impl(const Dvbs2TransmitterConfig& config, Dvbs2FrameSource& frame_source)
        : source(frame_source),
          encoder(config.rolloff, config.pl_scrambling_n),
          samples_per_symbol(config.samples_per_symbol)
    {
        if (samples_per_symbol < 1 || samples_per_symbol > kMaxSamplesPerSymbol)
            throw std::invalid_argument("samples_per_symbol must be 1 to 8");
        if (samples_per_symbol > 1)
            shaper.emplace(samples_per_symbol, config.rolloff);
        if (config.amplifier.empty())
            return;
        if (!shaper)
            throw std::invalid_argument("predistortion needs samples_per_symbol of 2 or more");
        predistorter.emplace(config.amplifier, config.amplifier_gain);
    }

    void generate(std::span<Sample> out)
    {
        while (!out.empty()) {
            if (!rest.empty()) {
                const size_t count = std::min(rest.size(), out.size());
                std::ranges::copy(rest.first(count), out.begin());
                rest = rest.subspan(count);
                out = out.subspan(count);
            } else if (out.size() >= samples_per_symbol) {
                const size_t wanted = std::min(kStep, out.size() / samples_per_symbol);
                out = out.subspan(take(wanted, out));
            } else { // the samples of one symbol, some of them for the next call
                rest = std::span(symbol_samples).first(take(1, symbol_samples));
            }
        }
    }

    // Up to `wanted` symbols, none beyond the end of the PLFRAME.
    // @return samples written.
    size_t take(size_t wanted, std::span<Sample> out)
    {
        if (plframe.empty())
            plframe = source.next(frame) ? encoder.encode(frame) : encoder.dummy();
        const auto symbols = plframe.first(std::min(wanted, plframe.size()));
        const size_t samples = symbols.size() * samples_per_symbol;
        if (shaper)
            shaper->process(symbols, out.first(samples));
        else
            std::ranges::copy(symbols, out.begin());
        if (predistorter)
            predistorter->process(out.first(samples));
        plframe = plframe.subspan(symbols.size());
        source.symbols_left(plframe.size());
        return samples;
    }

    Dvbs2FrameSource& source;
    Dvbs2Encoder encoder;
    size_t samples_per_symbol;
    std::optional<modulation::PulseShaper> shaper;
    std::optional<modulation::Predistorter> predistorter;
    Dvbs2FrameToSend frame;
    std::span<const Sample> plframe; // what is left of it
    std::array<Sample, kMaxSamplesPerSymbol> symbol_samples{};
    std::span<const Sample> rest; // of symbol_samples
};

Dvbs2Transmitter::Dvbs2Transmitter(const Dvbs2TransmitterConfig& config,
                                   Dvbs2FrameSource& source)
    : impl_(std::make_unique<Impl>(config, source))
{}

Dvbs2Transmitter::~Dvbs2Transmitter() = default;

void Dvbs2Transmitter::generate(std::span<Sample> out)
{
    impl_->generate(out);
}

} // namespace depinsat::waveform
