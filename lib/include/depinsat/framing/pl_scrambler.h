#pragma once

#include "depinsat/core/types.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace depinsat::framing {

/// Largest code number n of the PL scrambler.
inline constexpr unsigned kMaxPlScramblingN = 262141;

/// Physical layer scrambler: turns each symbol by a multiple of 90 degrees.
///
/// Standard  EN 302 307-1, clause 5.5.4: symbol i behind the PLHEADER, data and pilots alike,
/// is
///           multiplied by exp(j R_n(i) pi / 2), R_n from a Gold sequence; restarts at every
///           PLFRAME. The PLHEADER itself is not scrambled.
/// Exact     only swaps and changes of sign: descramble(scramble(x)) = x to the bit.
/// Cost      below 1 ns per symbol; the sequence (33 kB) is made in the constructor, which
/// takes
///           some 0.3 ms.
/// Threads   const after construction.
class PlScrambler
{
public:
    /// As long as the longest PLFRAME: QPSK, normal, with pilots.
    static constexpr size_t kMaxSymbols = 33282;

    /// @param n  0 to 262141; 0 is the default of broadcast services.
    /// @throws std::invalid_argument if n is out of range.
    explicit PlScrambler(unsigned n);

    /// R_n(0) ... R_n(kMaxSymbols - 1), each 0 to 3.
    std::span<const uint8_t> sequence() const { return sequence_; }

    /// @param in     symbols first ... first + in.size() - 1 behind a PLHEADER; they must lie
    ///               within kMaxSymbols.
    /// @param out    as many; may be the same as `in`.
    void scramble(std::span<const Sample> in, std::span<Sample> out, size_t first = 0) const;
    void descramble(std::span<const Sample> in, std::span<Sample> out, size_t first = 0) const;

private:
    std::vector<uint8_t> sequence_;
};

} // namespace depinsat::framing
