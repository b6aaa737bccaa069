#pragma once

#include "config/station.h"

#include <chrono>
#include <cstdint>

namespace depinsat::bridge {

/// What the carriers bring in a round trip and the waiting at both ends, at 3 bit a symbol.
inline uint64_t bytes_of_a_turn(const config::Station& station)
{
    double bytes = 0;
    for (const config::Path& path : station.paths) {
        const std::chrono::duration<double> turn =
            2 * path.delay + std::chrono::milliseconds(500);
        bytes += path.waveform.symbol_rate_baud * 3.0 / 8 * turn.count();
    }
    return uint64_t(bytes);
}

} // namespace depinsat::bridge
