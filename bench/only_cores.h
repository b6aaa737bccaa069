#pragma once

#include <sched.h>

namespace depinsat::bench {

/// Holds the thread, and those that it starts (a flowgraph's), to so many of its cores for the
/// life of the object.
class OnlyCores
{
public:
    explicit OnlyCores(unsigned count)
    {
        sched_getaffinity(0, sizeof before_, &before_);
        cpu_set_t allowed = before_;
        for (int cpu = 0, kept = 0; cpu < CPU_SETSIZE; ++cpu)
            if (CPU_ISSET(cpu, &allowed) && ++kept > int(count))
                CPU_CLR(cpu, &allowed);
        sched_setaffinity(0, sizeof allowed, &allowed);
    }
    ~OnlyCores() { sched_setaffinity(0, sizeof before_, &before_); }

private:
    cpu_set_t before_;
};

} // namespace depinsat::bench
