#pragma once

#include "depinsat/core/types.h"
#include "depinsat/modulation/constellation.h"

#include <cstdint>
#include <span>

namespace depinsat::modulation {

/// Labels to symbols: constellation.points[label], exactly.
///
/// Standard  EN 302 307-1, clause 5.4.
/// @param labels   each below 2^bits_per_symbol; higher bits are ignored.
/// @param symbols  as many as labels.
void map_labels(const Constellation&,
                std::span<const uint8_t> labels,
                std::span<Sample> symbols);

} // namespace depinsat::modulation
