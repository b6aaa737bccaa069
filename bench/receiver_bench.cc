// The kernel of the DVB-S2 receiver, from samples at two a symbol to BBFRAMEs, and its front
// end alone.

#include "depinsat/sync/agc.h"
#include "depinsat/sync/symbol_timing.h"
#include "unit/waveform/dvbs2_capture.h"

#include <benchmark/benchmark.h>

using namespace depinsat;
using framing::FrameSize;
using waveform::test::CaptureSpec;

namespace {

void count_samples(benchmark::State& state, size_t per_iteration)
{
    state.counters["samples_per_second"] = benchmark::Counter(
        double(state.iterations()) * double(per_iteration), benchmark::Counter::kIsRate);
}

void receiver(benchmark::State& state, CaptureSpec spec)
{
    spec.frames = spec.size == FrameSize::kNormal ? 30 : 120;
    spec.offset = 0.02;
    spec.clock_ppm = 20;
    const auto samples = impair(spec, clean_capture(spec));
    uint64_t frames = 0, failed = 0;
    for (auto _ : state) {
        const auto reception = waveform::test::receive(receiver_config(spec), samples);
        frames += reception.stats.frames;
        failed += reception.stats.failed_frames;
    }
    if (frames < uint64_t(state.iterations()) * (spec.frames - 2))
        state.SkipWithError("frames were lost");
    count_samples(state, samples.size());
    state.counters["failed_frames"] = double(failed);
}

void symbol_timing(benchmark::State& state)
{
    CaptureSpec spec;
    const auto samples = impair(spec, clean_capture(spec));
    for (auto _ : state) {
        sync::SymbolTiming timing(2, 0.20);
        sync::SymbolBuffer symbols;
        for (size_t begin = 0; begin + 128 <= samples.size(); begin += 128) {
            timing.process(std::span(samples).subspan(begin, 128), symbols);
            symbols.drop_before(symbols.end());
        }
        benchmark::DoNotOptimize(symbols.end());
    }
    count_samples(state, samples.size());
}

const CaptureSpec kNormal{.size = FrameSize::kNormal, .es_n0_db = 2};
const CaptureSpec kNormalNoPilots{.size = FrameSize::kNormal, .pilots = false, .es_n0_db = 2};
const CaptureSpec kShort{.es_n0_db = 3};
const CaptureSpec kQpsk34{.modcod = "qpsk_3-4", .size = FrameSize::kNormal, .es_n0_db = 5};
const CaptureSpec k8psk34{.modcod = "8psk_3-4", .size = FrameSize::kNormal, .es_n0_db = 8.9};
const CaptureSpec k16apsk34{.modcod = "16apsk_3-4", .size = FrameSize::kNormal, .es_n0_db = 11};
const CaptureSpec k32apsk45{
    .modcod = "32apsk_4-5", .size = FrameSize::kNormal, .es_n0_db = 14.5};

BENCHMARK_CAPTURE(receiver, , kNormal)->Name("receiver_kernel/dvbs2/qpsk_1-2/normal/cores:1");
BENCHMARK_CAPTURE(receiver, , kNormalNoPilots)
    ->Name("receiver_kernel/dvbs2/qpsk_1-2/normal/pilots:0/cores:1");
BENCHMARK_CAPTURE(receiver, , kShort)->Name("receiver_kernel/dvbs2/qpsk_1-2/short/cores:1");
BENCHMARK_CAPTURE(receiver, , kQpsk34)->Name("receiver_kernel/dvbs2/qpsk_3-4/normal/cores:1");
BENCHMARK_CAPTURE(receiver, , k8psk34)->Name("receiver_kernel/dvbs2/8psk_3-4/normal/cores:1");
BENCHMARK_CAPTURE(receiver, , k16apsk34)
    ->Name("receiver_kernel/dvbs2/16apsk_3-4/normal/cores:1");
BENCHMARK_CAPTURE(receiver, , k32apsk45)
    ->Name("receiver_kernel/dvbs2/32apsk_4-5/normal/cores:1");
BENCHMARK(symbol_timing)->Name("sync/symbol_timing/samples_per_symbol:2");

} // namespace
