#pragma once

#include "depinsat/core/types.h"
#include "depinsat/modulation/constellation.h"

#include <span>

namespace depinsat::modulation {

/// Max-log LLRs for any labelling of any 4 to 256 points, a vector of symbols at a time.
///
/// @param scale  LLR steps per unit of half a squared distance.
/// Otherwise as demap(); a symbol of which a component is not finite gives 0.
/// Cost      about 3 operations per point for each vector of symbols; less than half of that
/// where
///           the points mirror each other (demapper_mirrors.h).
void demap_lanes(const Constellation&,
                 std::span<const Sample> symbols,
                 float scale,
                 std::span<Llr> llrs);

} // namespace depinsat::modulation
