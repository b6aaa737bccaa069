// GNU Radio's own DVB-S2 transmitter (gr-dtv), to compare with modem_bench.cc.

#include "core_time.h"
#include "only_cores.h"

#include <benchmark/benchmark.h>
#include <gnuradio/blocks/null_sink.h>
#include <gnuradio/blocks/vector_source.h>
#include <gnuradio/dtv/dvb_bbheader_bb.h>
#include <gnuradio/dtv/dvb_bbscrambler_bb.h>
#include <gnuradio/dtv/dvb_bch_bb.h>
#include <gnuradio/dtv/dvb_ldpc_bb.h>
#include <gnuradio/dtv/dvbs2_interleaver_bb.h>
#include <gnuradio/dtv/dvbs2_modulator_bc.h>
#include <gnuradio/dtv/dvbs2_physical_cc.h>
#include <gnuradio/filter/fir_filter_blk.h>
#include <gnuradio/filter/firdes.h>
#include <gnuradio/top_block.h>

namespace {

using namespace gr::dtv;

// Per run, so that starting and stopping weigh little: packets, and symbols that come of them.
constexpr size_t kFrames = 240, kPackets = kFrames * 4016 / 188;
constexpr double kSymbols = kFrames * 33282.0;

std::vector<uint8_t> transport_stream()
{
    std::vector<uint8_t> packets(188 * kPackets);
    for (size_t i = 0; i < packets.size(); ++i)
        packets[i] = i % 188 == 0 ? 0x47 : uint8_t(i * 2654435761u >> 24);
    return packets;
}

/// @param shaped  with a root-raised-cosine filter; else a zero behind every symbol.
gr::top_block_sptr flowgraph(bool shaped)
{
    constexpr auto kFrame = FECFRAME_NORMAL;
    constexpr auto kRate = C1_2;
    constexpr auto kModulation = MOD_QPSK;
    auto top = gr::make_top_block("peer");
    const auto physical = dvbs2_physical_cc::make(kFrame, kRate, kModulation, PILOTS_ON, 0);
    // As many taps a symbol as depinsat's filter.
    const auto taps = gr::filter::firdes::root_raised_cosine(2.0, 2.0, 1.0, 0.2, 65);
    // The physical layer has put a zero behind every symbol already.
    const auto filter = gr::filter::fir_filter_ccf::make(1, taps);
    const auto chain = [&](gr::basic_block_sptr from, gr::basic_block_sptr to) {
        top->connect(from, 0, to, 0);
        return to;
    };
    gr::basic_block_sptr at = gr::blocks::vector_source_b::make(transport_stream());
    at = chain(at, dvb_bbheader_bb::make(STANDARD_DVBS2, kFrame, kRate, RO_0_20,
                                         INPUTMODE_NORMAL, INBAND_OFF, 168, 4000000));
    at = chain(at, dvb_bbscrambler_bb::make(STANDARD_DVBS2, kFrame, kRate));
    at = chain(at, dvb_bch_bb::make(STANDARD_DVBS2, kFrame, kRate));
    at = chain(at, dvb_ldpc_bb::make(STANDARD_DVBS2, kFrame, kRate, MOD_OTHER));
    at = chain(at, dvbs2_interleaver_bb::make(kFrame, kRate, kModulation));
    at = chain(at, dvbs2_modulator_bc::make(kFrame, kRate, kModulation, INTERPOLATION_OFF));
    at = chain(at, physical);
    if (shaped)
        at = chain(at, filter);
    chain(at, gr::blocks::null_sink::make(sizeof(gr_complex)));
    return top;
}

void gr_dtv(benchmark::State& state, bool shaped, unsigned cores)
{
    const depinsat::bench::OnlyCores only(cores);
    const depinsat::bench::CoreTime time;
    for (auto _ : state)
        flowgraph(shaped)->run();
    depinsat::bench::count_items(state, "symbols", kSymbols, time.seconds());
}

} // namespace

BENCHMARK_CAPTURE(gr_dtv, , true, 1)
    ->Name("peer_gr-dtv/transmitter/dvbs2/qpsk_1-2/normal/cores:1")
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(gr_dtv, , false, 1)
    ->Name("peer_gr-dtv/transmitter/dvbs2/qpsk_1-2/normal/shaped:0/cores:1")
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(gr_dtv, , true, 2)
    ->Name("peer_gr-dtv/transmitter/dvbs2/qpsk_1-2/normal/cores:2")
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(gr_dtv, , false, 2)
    ->Name("peer_gr-dtv/transmitter/dvbs2/qpsk_1-2/normal/shaped:0/cores:2")
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);
