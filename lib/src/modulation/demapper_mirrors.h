#pragma once

#include "depinsat/modulation/constellation.h"

#include <array>
#include <cstddef>
#include <span>

namespace depinsat::modulation {

/// Two bits of the label that say, for all points alike, on which side of the I and of the Q
/// axis they lie, while the others are the same for points that mirror each other. All
/// constellations of S2X from 16 points up have them.
struct Mirrors {
    bool found = false;
    unsigned bit_i = 0, bit_q = 0; ///< 0 is the most significant bit
    float sign_i = 1, sign_q = 1;  ///< of I and Q where that bit is 0
    unsigned other_bits = 0;
    std::array<unsigned, 8> bit_of{}; ///< the other bits, most significant first

    /// |I| and |Q| of the points of a quarter, by the other bits.
    std::span<const Sample> quarter() const { return {points.data(), size_t(1) << other_bits}; }
    std::array<Sample, 64> points{};
};

/// Cost      a few operations per point and bit.
Mirrors find_mirrors(const Constellation&);

} // namespace depinsat::modulation
