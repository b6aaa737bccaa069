#pragma once

#include <bit>
#include <cstdint>

namespace depinsat::fec {

inline constexpr unsigned kTurboStates = 16;

/// The register of one encoder: the latest bit is bit 3.
///
/// A bit enters as message ^ state[D^3] ^ state[D^4].
struct TurboRegister {
    unsigned state = 0;

    /// The message bit at which a zero enters.
    constexpr unsigned terminating_bit() const { return (state ^ state >> 1) & 1; }

    /// What goes out at a generator (1 to 3) while `message` comes in.
    constexpr unsigned parity(unsigned generator, unsigned message) const
    {
        constexpr unsigned kTaps[] = {0b0000, 0b1011, 0b0101, 0b1111}; // D on top
        const unsigned entering = message ^ terminating_bit();
        return (entering ^ unsigned(std::popcount(state & kTaps[generator]))) & 1;
    }

    constexpr void advance(unsigned message)
    {
        state = (message ^ terminating_bit()) << 3 | state >> 1;
    }
};

} // namespace depinsat::fec
