#pragma once

#include "depinsat/core/types.h"

#include <span>
#include <string_view>

namespace depinsat::modulation {

/// Points of one constellation, indexed by label.
///
/// Standard  EN 302 307-1, clauses 5.4.1 (QPSK), 5.4.2 (8PSK), 5.4.3 (16APSK) and 5.4.4
///           (32APSK), tables 9 and 10; EN 302 307-2, clause 5.4, tables 10 (8APSK) to 15
///           (256APSK).
/// Names     the standard's; where the rings depend on the code rate, with the identifier of
/// the
///           LDPC code behind, and the frame size where they depend on that.
/// Labels    the first bit out of the bit interleaver is the most significant one.
/// Power     mean over the points is 1.
struct Constellation {
    std::string_view name; ///< "QPSK", "8PSK", "4+12APSK 3/4", "256APSK 135/180" ...
    unsigned bits_per_symbol;
    std::span<const Sample> points; ///< 2^bits_per_symbol
};

/// Every constellation that is built.
std::span<const Constellation> constellations();

/// @throws std::invalid_argument naming the allowed values if there is none of this name.
const Constellation& find_constellation(std::string_view name);

} // namespace depinsat::modulation
