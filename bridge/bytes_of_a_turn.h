#pragma once

#include "config/station.h"

#include <chrono>
#include <cstdint>

namespace depinsat::bridge {

/// What a carrier brings in a round trip and the waiting at both ends, at 3 bit a symbol.
inline uint64_t bytes_of_a_turn(const config::Station& station)
{
    const std::chrono::duration<double> turn =
        2 * station.link_delay + std::chrono::milliseconds(500);
    return uint64_t(station.waveform.symbol_rate_baud * 3.0 / 8 * turn.count());
}

} // namespace depinsat::bridge
