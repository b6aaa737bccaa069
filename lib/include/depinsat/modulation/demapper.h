#pragma once

#include "depinsat/core/types.h"
#include "depinsat/modulation/constellation.h"

#include <span>

namespace depinsat::modulation {

/// Noise power below which a demapper takes the channel as noiseless.
inline constexpr float kLeastNoisePower = 1e-6f;

/// Soft demapper: max-log LLRs of each bit of each symbol.
///
/// LLR       (min |y - p1|^2 - min |y - p0|^2) / N0 over the points p1, p0 whose bit is 1, 0;
///           for QPSK, where it is exact, 2 * sqrt(2) * y / N0. Positive means bit 0.
/// Unit      1/kLlrScale nat, rounded to nearest, saturated to +-kLlrMax. A symbol that is
///           not a number gives 0 (nothing is known); so does an infinite one of APSK, and one
///           of PSK where the difference has no value.
/// Cost      about 1 ns per symbol for QPSK, 3 for 8PSK and 16APSK, 3 to 5 for 32APSK, 5 for
///           64APSK, 7 for 128APSK and 13 for 256APSK with AVX-512.
///
/// @param symbols  scaled to mean power 1.
/// @param n0       noise power per symbol, 1 / (Es/N0); at least kLeastNoisePower is assumed;
///                 if it is not a number all LLRs are 0.
/// @param llrs     bits_per_symbol per symbol, most significant bit of the label first.
void demap(const Constellation&,
           std::span<const Sample> symbols,
           float n0,
           std::span<Llr> llrs);

} // namespace depinsat::modulation
