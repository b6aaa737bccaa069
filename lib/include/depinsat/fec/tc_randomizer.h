#pragma once

#include <cstdint>
#include <span>

namespace depinsat::fec {

/// XORs a telecommand with the pseudo-random sequence x^8 + x^6 + x^4 + x^3 + x^2 + x + 1,
/// which starts with all ones: randomises, and by a second call restores.
///
/// Standard  CCSDS 231.0-B, clause 6. Applied to the transfer frames of a CLTU as a whole,
///           before they are encoded; fill octets behind them are not randomised.
/// Period    255 bits.
void tc_randomize(std::span<uint8_t> bytes);

} // namespace depinsat::fec
