// What a packet costs a gateway of 1000 peers: a hostile one, and a peer's.
#include "depinsat/framing/gse.h"
#include "hostile_air.h"

#include <benchmark/benchmark.h>

#include <string>

namespace {

using namespace depinsat::link;
using namespace depinsat::link::test;

constexpr size_t kPeers = 1000;

void hostile(benchmark::State& state, Hostile kind)
{
    static HostileAir air(kPeers);
    if (kind == Hostile::kAfterRestart)
        air.restart();
    const auto frames = air.frames(kind, 4096, 7);
    const uint64_t taken = air.gateway().stats().packet_bytes_received;
    size_t i = 0;
    for (auto _ : state)
        air.gateway().receive(frames[i++ % frames.size()], air.now);
    if (air.gateway().stats().packet_bytes_received != taken)
        state.SkipWithError("a hostile packet was taken");
    state.counters["packets_per_second"] =
        benchmark::Counter(double(state.iterations()), benchmark::Counter::kIsRate);
}

// The longest packet, whose tag is looked at behind all of its bytes.
void hostile_longest(benchmark::State& state)
{
    constexpr size_t kContent =
        depinsat::framing::kGseMaxPduBytes - kDataOverhead - kSegmentHeaderBytes;
    HostileAir air(kPeers, kContent);
    const auto frames = air.frames(Hostile::kBitFlipped, 4096, 7);
    size_t i = 0;
    for (auto _ : state)
        air.gateway().receive(frames[i++ % frames.size()], air.now);
    state.counters["bytes_per_second"] =
        benchmark::Counter(double(state.iterations()) * depinsat::framing::kGseMaxPduBytes,
                           benchmark::Counter::kIsRate);
}

// By somebody who knows the gateway's public key: with the budget of the curve used up, and
// not.
void right_mac(benchmark::State& state, bool within_the_budget)
{
    HostileAir air(kPeers);
    std::vector<Bytes> frames;
    for (int i = 0; i < 5000; ++i) // more than are known again
        frames.push_back(HostileAir::strangers_opening());
    size_t i = 0;
    const uint64_t put_off = air.gateway().stats().openings_put_off;
    for (auto _ : state) {
        if (within_the_budget)
            air.now += std::chrono::milliseconds(2);
        air.gateway().receive(frames[i++ % frames.size()], air.now);
    }
    if (within_the_budget && air.gateway().stats().openings_put_off != put_off)
        state.SkipWithError("an opening was put off");
    state.counters["packets_per_second"] =
        benchmark::Counter(double(state.iterations()), benchmark::Counter::kIsRate);
}

// A frame with one packet of one of the peers, as the driver takes it: the timer is armed anew.
void frame_received(benchmark::State& state)
{
    HostileAir air(size_t(state.range(0)));
    air.gateway().run_timers(air.now);
    for (auto _ : state) {
        if (!air.hears_a_peer())
            state.SkipWithError("a packet was not taken");
        benchmark::DoNotOptimize(air.gateway().next_timer());
    }
    state.counters["packets_per_second"] =
        benchmark::Counter(double(state.iterations()), benchmark::Counter::kIsRate);
}

const bool registered = [] {
    for (const auto& [kind, name] : kHostileKinds)
        benchmark::RegisterBenchmark(("link/hostile/" + std::string(name)).c_str(), hostile,
                                     kind);
    benchmark::RegisterBenchmark("link/hostile/bit_flipped/longest", hostile_longest);
    benchmark::RegisterBenchmark("link/hostile/right_mac/put_off", right_mac, false);
    benchmark::RegisterBenchmark("link/hostile/right_mac/curve", right_mac, true);
    benchmark::RegisterBenchmark("link/gateway/frame_received", frame_received)
        ->ArgName("peers")
        ->Arg(100)
        ->Arg(kPeers);
    return true;
}();

} // namespace
