// GNU Radio's gr-dtv: the encoders of ldpc_encode/* and bch_encode/*, each in a flowgraph on
// one core between a source that repeats a frame and a sink that drops it;
// processor time of all its threads.
#include "depinsat/fec/bch_code.h"
#include "depinsat/fec/ldpc_code.h"
#include "gr_dtv_codes.h"
#include "only_cores.h"
#include "random_bytes.h"

#include <benchmark/benchmark.h>
#include <gnuradio/blocks/head.h>
#include <gnuradio/blocks/null_sink.h>
#include <gnuradio/blocks/vector_source.h>
#include <gnuradio/dtv/dvb_bch_bb.h>
#include <gnuradio/dtv/dvb_ldpc_bb.h>
#include <gnuradio/top_block.h>

#include <string>

namespace {

using namespace depinsat;

constexpr uint64_t kBits = 64'000'000; // a run, so that starting and stopping weigh little

void run(benchmark::State& state, gr::block_sptr encoder, unsigned k, unsigned n)
{
    const bench::OnlyCores only(1);
    std::mt19937 rng(1);
    auto message = test::random_bytes(k, rng);
    for (auto& bit : message)
        bit &= 1;
    const uint64_t frames = kBits / n;
    for (auto _ : state) {
        const auto top = gr::make_top_block("peer");
        const auto source = gr::blocks::vector_source_b::make(message, true);
        const auto head = gr::blocks::head::make(1, frames * n);
        top->connect(source, 0, encoder, 0);
        top->connect(encoder, 0, head, 0);
        top->connect(head, 0, gr::blocks::null_sink::make(1), 0);
        top->run();
    }
    state.counters["info_bits_per_second"] = benchmark::Counter(
        double(state.iterations()) * double(frames) * k, benchmark::Counter::kIsRate);
}

void ldpc_encode(benchmark::State& state, const char* name)
{
    const auto theirs = test::gr_dtv_code(name).value();
    const auto& code = fec::find_ldpc_code(name);
    run(state,
        gr::dtv::dvb_ldpc_bb::make(gr::dtv::STANDARD_DVBS2, theirs.frame, theirs.rate,
                                   gr::dtv::MOD_OTHER),
        code.k, code.n);
}

void bch_encode(benchmark::State& state, const char* name)
{
    const auto theirs = test::gr_dtv_code(name).value();
    const auto& code = fec::find_bch_code(name);
    run(state, gr::dtv::dvb_bch_bb::make(gr::dtv::STANDARD_DVBS2, theirs.frame, theirs.rate),
        code.k, code.n);
}

[[maybe_unused]] const bool registered = [] {
    for (const char* name :
         {"s2_normal_1-2", "s2_normal_3-4", "s2_normal_8-9", "s2_short_1-2"}) {
        const std::string text = name;
        benchmark::RegisterBenchmark(("peer_gr_dtv/ldpc_encode/" + text).c_str(), [name](
                                                                                      auto& s) {
            ldpc_encode(s, name);
        })->MeasureProcessCPUTime();
        benchmark::RegisterBenchmark(("peer_gr_dtv/bch_encode/" + text).c_str(), [name](
                                                                                     auto& s) {
            bch_encode(s, name);
        })->MeasureProcessCPUTime();
    }
    return true;
}();

} // namespace
