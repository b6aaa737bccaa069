#pragma once

#include "depinsat/core/types.h"

#include <array>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace depinsat::sync {

/// Where filters are evaluated.
struct FilterPlace {
    size_t window; ///< number of its first sample
    size_t phase;  ///< of the filters
};

/// Matched filter and band-edge filters of a root-raised-cosine signal, evaluated at any time.
///
/// A bank of polyphase filters: the one nearest to the wanted time is used, 1/256 of a symbol
/// or less away, which costs less than -55 dB.
///
/// Scale     samples of mean power 1 that hold nothing but the signal give symbols of mean
///           power 1.
/// Cost      one dot product of 2 * half_width() taps for a symbol, two for a timing product.
/// Threads   const after construction.
class TimingFilters
{
public:
    /// @param samples_per_symbol  1.2 to 8, and 1 + rolloff or more, any real number.
    /// @param rolloff             0.05 to 0.35.
    /// @throws std::invalid_argument if a parameter is out of range.
    TimingFilters(double samples_per_symbol, double rolloff);

    /// Samples needed on each side of the time of a symbol.
    size_t half_width() const { return half_width_; }

    /// Number of the filters for a time `fraction / one` samples, 0 to 1, behind the
    /// `half_width()`-th of a window of 2 * half_width() samples.
    ///
    /// @param one  a power of two up to 2^48.
    size_t phase(uint64_t fraction, uint64_t one) const
    {
        assert(fraction <= one);
        return size_t((fraction * (phases_ - 1) + one / 2) / one);
    }

    /// Output of the matched filter at each place.
    void symbols(std::span<const Sample> samples,
                 std::span<const FilterPlace> places,
                 std::span<Sample> out) const;

    /// Upper times conjugate lower band edge (Godard, 1978). Its mean is positive and real
    /// where the pulse of a symbol is centred, and turns by +2 pi as the time moves on by one
    /// symbol; a carrier offset does not turn it.
    ///
    /// @param places  at most kMostProducts.
    void timing_products(std::span<const Sample> samples,
                         std::span<const FilterPlace> places,
                         std::span<Sample> out) const;

    static constexpr size_t kMostProducts = 16;

private:
    struct alignas(64) Chunk { // a vector load that crosses no cache line
        std::array<float, 16> values;
    };

    static void set_tap(std::vector<Chunk>& taps, size_t number, double value);
    void add_phase(std::span<const float> prototype, size_t phase);

    double samples_per_symbol_;
    double rolloff_;
    size_t half_width_;
    size_t phases_;
    std::vector<Chunk> matched_, edge_cosine_, edge_sine_; // see FilterBank
};

} // namespace depinsat::sync
