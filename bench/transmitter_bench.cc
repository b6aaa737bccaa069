#include "depinsat/framing/pl_scrambler.h"
#include "depinsat/framing/plheader.h"
#include "depinsat/modulation/demapper.h"
#include "depinsat/modulation/interleaver.h"
#include "depinsat/modulation/mapper.h"
#include "depinsat/modulation/pulse_shaper.h"
#include "depinsat/waveform/dvbs2_encoder.h"
#include "depinsat/waveform/dvbs2_transmitter.h"

#include <benchmark/benchmark.h>
#include <random>
#include <string>
#include <vector>

using namespace depinsat;

namespace {

using framing::FrameSize;

class SteadySource : public waveform::Dvbs2FrameSource
{
public:
    explicit SteadySource(const framing::Modcod& modcod) : modcod_(modcod) {}

    bool next(waveform::Dvbs2FrameToSend& frame) override
    {
        frame.modcod = &modcod_;
        frame.data_field.resize(modcod_.data_field_bytes());
        for (auto& byte : frame.data_field)
            byte = uint8_t(rng_());
        return true;
    }

private:
    const framing::Modcod& modcod_;
    std::minstd_rand rng_{1};
};

void count_symbols(benchmark::State& state, size_t symbols_per_iteration)
{
    state.counters["symbols_per_second"] =
        benchmark::Counter(double(state.iterations()) * double(symbols_per_iteration),
                           benchmark::Counter::kIsRate);
}

std::vector<Sample> noisy_symbols(size_t count)
{
    std::mt19937 rng(1);
    std::normal_distribution<float> gauss;
    std::vector<Sample> symbols(count);
    for (auto& symbol : symbols)
        symbol = {gauss(rng), gauss(rng)};
    return symbols;
}

// Samples at two a symbol, as a block asks for them.
void transmitter(benchmark::State& state, const char* modcod, FrameSize frame_size)
{
    SteadySource source(framing::find_modcod(modcod, frame_size));
    waveform::Dvbs2Transmitter transmitter({}, source);
    std::vector<Sample> samples(512);
    for (auto _ : state) {
        transmitter.generate(samples);
        benchmark::DoNotOptimize(samples.data());
    }
    count_symbols(state, samples.size() / 2);
}

void encoder(benchmark::State& state, const char* modcod, FrameSize frame_size)
{
    SteadySource source(framing::find_modcod(modcod, frame_size));
    waveform::Dvbs2Encoder encoder(0.20, 0);
    waveform::Dvbs2FrameToSend frame;
    source.next(frame);
    size_t symbols = 0;
    for (auto _ : state)
        symbols = encoder.encode(frame).size();
    count_symbols(state, symbols);
}

void shaper(benchmark::State& state)
{
    modulation::PulseShaper shaper(2, 0.20);
    const auto symbols = noisy_symbols(256);
    std::vector<Sample> samples(512);
    for (auto _ : state) {
        shaper.process(symbols, samples);
        benchmark::DoNotOptimize(samples.data());
    }
    count_symbols(state, symbols.size());
}

void interleaver(benchmark::State& state)
{
    modulation::BitInterleaver interleaver(3, "012");
    std::vector<uint8_t> fecframe(8100, 0x5A), labels(21600);
    for (auto _ : state) {
        interleaver.interleave(fecframe, labels);
        benchmark::DoNotOptimize(labels.data());
    }
    count_symbols(state, labels.size());
}

void deinterleaver(benchmark::State& state)
{
    const modulation::BitInterleaver interleaver(3, "012");
    std::vector<Llr> received(64800, Llr{3}), fecframe(64800);
    for (auto _ : state) {
        interleaver.deinterleave(received, fecframe);
        benchmark::DoNotOptimize(fecframe.data());
    }
    count_symbols(state, received.size() / 3);
}

void demapper(benchmark::State& state, const char* name)
{
    const auto& constellation = modulation::find_constellation(name);
    const auto symbols = noisy_symbols(21600);
    std::vector<Llr> llrs(symbols.size() * constellation.bits_per_symbol);
    for (auto _ : state) {
        modulation::demap(constellation, symbols, 0.3f, llrs);
        benchmark::DoNotOptimize(llrs.data());
    }
    count_symbols(state, symbols.size());
}

void pl_scrambler(benchmark::State& state)
{
    const framing::PlScrambler scrambler(0);
    auto symbols = noisy_symbols(33192);
    for (auto _ : state) {
        scrambler.scramble(symbols, symbols);
        benchmark::DoNotOptimize(symbols.data());
    }
    count_symbols(state, symbols.size());
}

void plheader_decoder(benchmark::State& state)
{
    std::array<Sample, framing::kPlHeaderSymbols> header;
    framing::write_plheader(19, header);
    for (auto _ : state)
        benchmark::DoNotOptimize(framing::decode_plheader(header));
    count_symbols(state, header.size());
}

} // namespace

BENCHMARK_CAPTURE(transmitter, qpsk_normal, "qpsk_1-2", FrameSize::kNormal)
    ->Name("transmitter_kernel/dvbs2/qpsk_1-2/normal/cores:1");
BENCHMARK_CAPTURE(transmitter, qpsk_short, "qpsk_1-2", FrameSize::kShort)
    ->Name("transmitter_kernel/dvbs2/qpsk_1-2/short/cores:1");
BENCHMARK_CAPTURE(transmitter, psk8_normal, "8psk_3-4", FrameSize::kNormal)
    ->Name("transmitter_kernel/dvbs2/8psk_3-4/normal/cores:1");
BENCHMARK_CAPTURE(encoder, qpsk_normal, "qpsk_1-2", FrameSize::kNormal)
    ->Name("plframe_encode/qpsk_1-2/normal");
BENCHMARK_CAPTURE(encoder, psk8_normal, "8psk_3-4", FrameSize::kNormal)
    ->Name("plframe_encode/8psk_3-4/normal");
BENCHMARK(shaper)->Name("pulse_shaper/rolloff:0.20/samples_per_symbol:2");
BENCHMARK(interleaver)->Name("bit_interleaver/8psk/normal");
BENCHMARK(deinterleaver)->Name("bit_deinterleaver/8psk/normal");
BENCHMARK_CAPTURE(demapper, qpsk, "QPSK")->Name("demapper/qpsk");
BENCHMARK_CAPTURE(demapper, psk8, "8PSK")->Name("demapper/8psk");
BENCHMARK(pl_scrambler)->Name("pl_scrambler/n:0");
BENCHMARK(plheader_decoder)->Name("plheader_decode/s2");
