#pragma once

#include "depinsat/link/link.h"

#include <cstdint>
#include <optional>

namespace depinsat::bridge {

/// The system's wall clock.
struct WallTime {
    link::Time unix_time;
    std::optional<link::Time> error; ///< a bound, as the kernel was told by who sets the clock
                                     ///< right (NTP, PTP); none: nobody does
};

WallTime wall_time();

/// Its Unix time in seconds.
uint32_t wall_seconds();

} // namespace depinsat::bridge
