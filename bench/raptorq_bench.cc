// raptorq_encode/<K> and raptorq_decode/<K>: information bits of whole source blocks, symbols
// of 1200 octets, 10 % of the source symbols lost and as many repair symbols.
#include "depinsat/fec/octet.h"
#include "depinsat/fec/raptorq_decoder.h"
#include "info_bits.h"
#include "random_bytes.h"

#include <algorithm>
#include <benchmark/benchmark.h>
#include <numeric>
#include <random>
#include <vector>

using namespace depinsat;
using namespace depinsat::fec;

namespace {

constexpr size_t kSymbolBytes = 1200;

std::shared_ptr<const RaptorQPlan> plan_of(const benchmark::State& state)
{
    return std::make_shared<const RaptorQPlan>(unsigned(state.range(0)));
}

// All that a sender does for a block: intermediate symbols, and a repair symbol for every ten
// source symbols (those are sent as they are).
void raptorq_encode(benchmark::State& state)
{
    const auto k = uint32_t(state.range(0));
    RaptorQEncoder encoder(plan_of(state), kSymbolBytes);
    std::mt19937 rng(1);
    const auto source = test::random_bytes(k * kSymbolBytes, rng);
    std::vector<uint8_t> symbol(kSymbolBytes);
    for (auto _ : state) {
        encoder.set_source(source);
        for (uint32_t i = 0; i < k / 10; ++i) {
            encoder.encode(symbol, k + i);
            benchmark::DoNotOptimize(symbol.data());
        }
    }
    bench::count_info_bits(state, 8 * source.size());
}

struct Reception {
    std::vector<uint32_t> esis;
    std::vector<uint8_t> symbols;
};

// Several patterns of loss, as each costs another search.
std::vector<Reception> receptions(const RaptorQEncoder& encoder, uint32_t k, unsigned count)
{
    std::mt19937 rng(2);
    std::vector<Reception> all(count);
    for (Reception& one : all) {
        std::vector<uint32_t> esis(k);
        std::iota(esis.begin(), esis.end(), 0u);
        std::shuffle(esis.begin(), esis.end(), rng);
        esis.resize(k - k / 10);
        std::sort(esis.begin(), esis.end());
        for (uint32_t i = 0; i < k / 10 + 3; ++i)
            esis.push_back(k + i);
        one.esis = esis;
        one.symbols.resize(esis.size() * kSymbolBytes);
        for (size_t i = 0; i < esis.size(); ++i)
            encoder.encode(std::span(one.symbols).subspan(i * kSymbolBytes, kSymbolBytes),
                           esis[i]);
    }
    return all;
}

void raptorq_decode(benchmark::State& state)
{
    const auto k = uint32_t(state.range(0));
    const auto plan = plan_of(state);
    RaptorQEncoder encoder(plan, kSymbolBytes);
    std::mt19937 rng(1);
    const auto source = test::random_bytes(k * kSymbolBytes, rng);
    encoder.set_source(source);
    const auto all = receptions(encoder, k, k > 2000 ? 2 : 8);
    RaptorQDecoder decoder(plan, kSymbolBytes);
    size_t turn = 0;
    for (auto _ : state) {
        const Reception& one = all[turn++ % all.size()];
        decoder.reset();
        for (size_t i = 0; i < one.esis.size() && !decoder.decoded(); ++i)
            decoder.add(std::span(one.symbols).subspan(i * kSymbolBytes, kSymbolBytes),
                        one.esis[i]);
        benchmark::DoNotOptimize(decoder.source().data());
    }
    if (!decoder.decoded() || !std::ranges::equal(decoder.source(), source))
        state.SkipWithError("wrong source block");
    bench::count_info_bits(state, 8 * source.size());
}

void raptorq_plan(benchmark::State& state)
{
    for (auto _ : state)
        benchmark::DoNotOptimize(plan_of(state));
}

void octet_add_scaled(benchmark::State& state)
{
    std::mt19937 rng(1);
    const auto addend = test::random_bytes(size_t(state.range(0)), rng);
    auto sum = addend;
    for (auto _ : state) {
        add_scaled_octets(addend, sum, 0x53);
        benchmark::DoNotOptimize(sum.data());
    }
    state.SetBytesProcessed(int64_t(state.iterations()) * state.range(0));
}

} // namespace

BENCHMARK(raptorq_encode)->Arg(100)->Arg(1000)->Arg(8192);
BENCHMARK(raptorq_decode)->Arg(100)->Arg(1000)->Arg(8192);
BENCHMARK(raptorq_plan)->Arg(100)->Arg(1000)->Arg(8192);
BENCHMARK(octet_add_scaled)->Arg(1200);
