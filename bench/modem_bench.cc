// The DVB-S2 chains as GNU Radio blocks in real flowgraphs, from and to memory.

#include "core_time.h"
#include "only_cores.h"
#include "unit/waveform/dvbs2_capture.h"

#include <benchmark/benchmark.h>
#include <gnuradio/blocks/null_sink.h>
#include <gnuradio/blocks/vector_sink.h>
#include <gnuradio/blocks/vector_source.h>
#include <gnuradio/depinsat/blocks.h>
#include <gnuradio/top_block.h>

#include <map>
#include <random>

using namespace depinsat;
using framing::FrameSize;
using waveform::test::CaptureSpec;

namespace {

constexpr double kSymbolRate = 25e6;
// Symbols per run, so that starting and stopping weigh little.
constexpr size_t kReceivedSymbols = 6'000'000, kSent = 40'000'000;
constexpr int kOutputBuffer = 1 << 16; // samples

/// Samples with noise, offset and clock error; made once, since that takes longer than to
/// receive them.
const std::vector<Sample>& capture(CaptureSpec& spec)
{
    static std::map<std::string, std::vector<Sample>> captures;
    spec.frames = unsigned(kReceivedSymbols / frame_symbols(spec));
    spec.offset = 0.02;
    spec.clock_ppm = 20;
    auto& samples = captures[std::string(spec.modcod) + std::string(to_string(spec.size))];
    if (samples.empty())
        samples = impair(spec, clean_capture(spec));
    return samples;
}

void receiver(benchmark::State& state, CaptureSpec spec, unsigned cores)
{
    const auto& samples = capture(spec);
    const size_t field = framing::find_modcod(spec.modcod, spec.size).data_field_bytes();
    const bench::OnlyCores only(cores);
    double core_seconds = 0;
    for (auto _ : state) {
        state.PauseTiming();
        auto top = gr::make_top_block("receiver");
        const auto source = gr::blocks::vector_source_c::make(samples);
        const auto sink = gr::blocks::vector_sink_b::make();
        const auto block = blocks::make_dvbs2_receiver(
            {.sample_rate_hz = 2 * kSymbolRate, .symbol_rate_baud = kSymbolRate}, cores);
        top->connect(source, 0, block, 0);
        top->connect(block, 0, sink, 0);
        const bench::CoreTime time;
        state.ResumeTiming();
        top->run();
        state.PauseTiming();
        core_seconds += time.seconds();
        if (sink->data().size() < (spec.frames - 2) * field)
            state.SkipWithError("frames were lost");
        top.reset();
        state.ResumeTiming();
    }
    bench::count_items(state, "samples", double(samples.size()), core_seconds);
}

/// @param samples_per_symbol  1: without root-raised-cosine filter.
void transmitter(benchmark::State& state,
                 const char* modcod,
                 unsigned samples_per_symbol,
                 unsigned cores)
{
    const CaptureSpec spec{.modcod = modcod, .size = FrameSize::kNormal};
    const size_t symbols = frame_symbols(spec), frames = kSent / symbols;
    std::mt19937 random(1);
    std::vector<uint8_t> bytes(frames *
                               framing::find_modcod(modcod, spec.size).data_field_bytes());
    for (auto& byte : bytes)
        byte = uint8_t(random());
    const bench::OnlyCores only(cores);
    const bench::CoreTime time;
    for (auto _ : state) {
        auto top = gr::make_top_block("transmitter");
        const auto source = gr::blocks::vector_source_b::make(bytes);
        const auto block =
            blocks::make_dvbs2_transmitter({.modcod = modcod,
                                            .frame_size = "normal",
                                            .samples_per_symbol = samples_per_symbol});
        block->set_max_output_buffer(-1); // no latency counts here
        block->set_min_output_buffer(kOutputBuffer);
        top->connect(source, 0, block, 0);
        top->connect(block, 0, gr::blocks::null_sink::make(sizeof(gr_complex)), 0);
        top->run();
    }
    bench::count_items(state, "symbols", double(frames * symbols), time.seconds());
}

template <class... Arguments>
void add(const std::string& name, unsigned cores, Arguments... arguments)
{
    benchmark::RegisterBenchmark((name + "/cores:" + std::to_string(cores)).c_str(),
                                 arguments..., cores)
        ->UseRealTime()
        ->Unit(benchmark::kMillisecond);
}

const CaptureSpec kReceived[] = {
    {.size = FrameSize::kNormal, .es_n0_db = 2},
    {.es_n0_db = 3},
    {.modcod = "qpsk_3-4", .size = FrameSize::kNormal, .es_n0_db = 5},
    {.modcod = "8psk_3-4", .size = FrameSize::kNormal, .es_n0_db = 8.9},
    {.modcod = "16apsk_3-4", .size = FrameSize::kNormal, .es_n0_db = 11},
    {.modcod = "32apsk_4-5", .size = FrameSize::kNormal, .es_n0_db = 14.5},
};

const bool kRegistered = [] {
    for (const unsigned cores : {1u, 2u}) {
        for (const auto& spec : kReceived)
            add("receiver/dvbs2/" + std::string(spec.modcod) + '/' +
                    std::string(to_string(spec.size)),
                cores, receiver, spec);
        for (const char* modcod : {"qpsk_1-2", "8psk_3-4", "32apsk_4-5"}) {
            const std::string name = "transmitter/dvbs2/" + std::string(modcod) + "/normal";
            add(name, cores, transmitter, modcod, 2u);
            add(name + "/shaped:0", cores, transmitter, modcod, 1u);
        }
    }
    return true;
}();

} // namespace
