#pragma once

#include "depinsat/core/types.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace depinsat::sync {

/// Search for a pi/2-BPSK header by products of neighbouring symbols, which a carrier offset
/// turns all alike: nothing need be known of phase and frequency.
///
/// Pairs (k, k + 1) of two groups are used: those whose product is known, and those whose
/// products are known but for one sign that they have in common (in a PLHEADER: the 25 of the
/// SOF, and 32 of the PLS code, whose sign is the pilot bit).
///
/// Range     frequency offsets up to 0.5 cycles per symbol.
/// Accuracy  of frequency(): standard deviation about 0.017 cycles per symbol at
///           Es/N0 = 3 dB with 57 pairs.
/// Cost      about 15 ns per symbol with 57 pairs; nothing is allocated once the
///           largest search has been seen.
/// Threads   one object per thread.
class DifferentialCorrelator
{
public:
    /// @param header   known symbols, pi/2-BPSK.
    /// @param known    k of the pairs whose product is known.
    /// @param flipped  k of the pairs that may have the other sign.
    DifferentialCorrelator(std::span<const Sample> header,
                           std::span<const size_t> known,
                           std::span<const size_t> flipped);

    /// Symbols of the header.
    size_t length() const { return length_; }

    /// @param symbols  any scale.
    /// @param metric   symbols.size() - length() + 1 values, one for each place where a header
    ///                 may begin: 1 for a header without noise, 0 to about 0.4 for anything
    ///                 else.
    void search(std::span<const Sample> symbols, std::span<float> metric);

    /// @param header  length() symbols.
    /// @return cycles per symbol, positive if the carrier lies above nominal.
    double frequency(std::span<const Sample> header);

private:
    struct Pair {
        size_t first;
        float sign; // of the imaginary part of symbol[first + 1] * conj(symbol[first])
    };

    static std::vector<Pair> pairs(std::span<const Sample> header,
                                   std::span<const size_t> firsts);
    void correlate(size_t places);

    size_t length_;
    std::vector<Pair> known_, flipped_;
    std::vector<float> product_re_, product_im_, power_;
    std::array<std::vector<float>, 4> sums_; // known re, im, flipped re, im
};

} // namespace depinsat::sync
