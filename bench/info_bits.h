#pragma once

#include <benchmark/benchmark.h>

#include <cstddef>

namespace depinsat::bench {

/// Sets the counter info_bits_per_second of a benchmark that codes so many bits an iteration.
inline void count_info_bits(benchmark::State& state, size_t bits)
{
    state.counters["info_bits_per_second"] = benchmark::Counter(
        double(bits) * double(state.iterations()), benchmark::Counter::kIsRate);
}

} // namespace depinsat::bench
