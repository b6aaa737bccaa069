#pragma once

#include "depinsat/core/types.h"

#include <cstddef>
#include <span>
#include <vector>

namespace depinsat::sync {

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

    /// Output of the matched filter.
    ///
    /// @param window    2 * half_width() samples; the first `half_width()` lie at or before the
    ///                  wanted time.
    /// @param fraction  wanted time, in samples behind window[half_width() - 1]; 0 to 1.
    Sample symbol(std::span<const Sample> window, double fraction) const;

    /// Upper times conjugate lower band edge (Godard, 1978). Its mean is positive and real
    /// where the pulse of a symbol is centred, and turns by +2 pi as the time moves on by one
    /// symbol; a carrier offset does not turn it.
    Sample timing_product(std::span<const Sample> window, double fraction) const;

private:
    struct Taps {
        std::vector<float> values; // each twice, for I and Q; phases one after another
    };

    Sample dot(const Taps&, const Sample* window, size_t phase) const;
    size_t phase_of(double fraction) const;
    void add_phase(std::span<const float> prototype, double fraction);

    double samples_per_symbol_;
    double rolloff_;
    size_t half_width_;
    size_t phases_;
    Taps matched_, edge_cosine_, edge_sine_;
};

} // namespace depinsat::sync
