#pragma once

#include <cstdint>
#include <span>

namespace depinsat::framing {

/// BB scrambler: XORs a whole BBFRAME with a fixed sequence.
///
/// Standard  EN 302 307-1, clause 5.2.2: 1 + x^14 + x^15, register loaded with
///           100101010000000 at the start of every BBFRAME.
/// Bits      bytes, most significant bit first; the BBHEADER is scrambled, too.
/// Inverse   itself: twice restores the frame.
/// Cost      one table look-up a byte; no allocation, no failure.
///
/// @param bbframe  at most 8100 bytes, from the first byte of the BBHEADER on.
void bb_scramble(std::span<uint8_t> bbframe);

} // namespace depinsat::framing
