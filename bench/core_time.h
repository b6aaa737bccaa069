#pragma once

#include <benchmark/benchmark.h>

#include <ctime>
#include <string>

namespace depinsat::bench {

/// Time that all threads of this process have been on a core since the object was made.
///
/// What a flowgraph needs of it tells its speed on a core of its own even where other programs
/// are on the cores as well; the time of the clock does not.
class CoreTime
{
public:
    double seconds() const { return now() - start_; }

private:
    static double now()
    {
        timespec time{};
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
        return double(time.tv_sec) + 1e-9 * double(time.tv_nsec);
    }

    double start_ = now();
};

/// Counters `<items>_per_second` and `<items>_per_core_second`.
inline void count_items(benchmark::State& state,
                        const std::string& items,
                        double per_iteration,
                        double core_seconds)
{
    const double all = double(state.iterations()) * per_iteration;
    state.counters[items + "_per_second"] =
        benchmark::Counter(all, benchmark::Counter::kIsRate);
    state.counters[items + "_per_core_second"] = all / core_seconds;
}

} // namespace depinsat::bench
