#include "bridge/wall_clock.h"

#include <sys/timex.h>

#include <chrono>

namespace depinsat::bridge {

WallTime wall_time()
{
    ::timex state{}; // modes 0: only read
    const int answer = ::adjtimex(&state);
    const link::Time now = std::chrono::system_clock::now().time_since_epoch();
    if (answer < 0 || answer == TIME_ERROR || state.status & STA_UNSYNC)
        return {now, std::nullopt};
    return {now, std::chrono::microseconds(state.maxerror)};
}

uint32_t wall_seconds()
{
    const auto since = std::chrono::system_clock::now().time_since_epoch();
    return uint32_t(std::chrono::floor<std::chrono::seconds>(since).count());
}

} // namespace depinsat::bridge
