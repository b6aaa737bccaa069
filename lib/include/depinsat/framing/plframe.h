#pragma once

#include "depinsat/core/types.h"
#include "depinsat/framing/plheader.h"

#include <cstddef>
#include <span>

namespace depinsat::framing {

inline constexpr size_t kSlotSymbols = 90;
inline constexpr size_t kPilotBlockSymbols = 36;
inline constexpr size_t kPilotPeriodSlots = 16;
inline constexpr size_t kDummySlots = 36;

/// Symbols from the start of one pilot block to the start of the next.
inline constexpr size_t kPilotPeriodSymbols =
    kPilotPeriodSlots * kSlotSymbols + kPilotBlockSymbols;

/// A pilot symbol, and every symbol of a dummy PLFRAME, before PL scrambling: I = Q =
/// 1/sqrt(2).
inline constexpr Sample kUnmodulated{0.70710678118654752f, 0.70710678118654752f};

/// Pilot blocks of a PLFRAME with pilots: one behind every 16 slots, none behind the last slot.
///
/// Standard  EN 302 307-1, clause 5.5.3.
constexpr size_t pilot_blocks(size_t slots)
{
    return slots == 0 ? 0 : (slots - 1) / kPilotPeriodSlots;
}

/// Symbols behind the PLHEADER.
constexpr size_t payload_symbols(size_t slots, bool pilots)
{
    return slots * kSlotSymbols + (pilots ? pilot_blocks(slots) * kPilotBlockSymbols : 0);
}

/// Symbols of a whole PLFRAME.
constexpr size_t plframe_symbols(size_t slots, bool pilots)
{
    return kPlHeaderSymbols + payload_symbols(slots, pilots);
}
static_assert(plframe_symbols(360, true) == 33282 &&
              plframe_symbols(kDummySlots, false) == 3330);

/// Where pilot block `block` (from 0) starts, counted from the first symbol behind the
/// PLHEADER.
constexpr size_t pilot_block_begin(size_t block)
{
    return block * kPilotPeriodSymbols + kPilotPeriodSlots * kSlotSymbols;
}

/// Spreads an XFECFRAME and writes pilots between.
///
/// @param xfecframe  slots * kSlotSymbols symbols.
/// @param payload    payload_symbols(slots, true) symbols; must not overlap.
void insert_pilots(std::span<const Sample> xfecframe, std::span<Sample> payload);

/// Inverse: leaves the pilots out.
void remove_pilots(std::span<const Sample> payload, std::span<Sample> xfecframe);

} // namespace depinsat::framing
