#pragma once

#include "depinsat/core/types.h"

#include <array>
#include <complex>
#include <cstddef>
#include <span>

namespace depinsat::sync {

/// Symbol-spaced linear equaliser against what filters do to a signal: ripple and group delay.
///
/// The filter with the least mean square error (Wiener), from the correlation of known symbols
/// with what was received around them, and of all symbols with each other; both averaged over
/// the last kMemory known symbols. Scaled so that the signal keeps its power. Until kEnough
/// known symbols have been seen it lets symbols pass.
///
/// Accuracy  without anything to equalise it adds kTaps / kMemory of the noise power: 0.002 dB.
/// Cost      kTaps multiplications a symbol; to learn kTaps * kTaps / 2 a known symbol.
/// Threads   one object per thread.
class Equaliser
{
public:
    static constexpr size_t kSide = 5, kTaps = 2 * kSide + 1;
    static constexpr double kMemory = 32768, kEnough = 2000; ///< known symbols

    /// @param in   symbols, with kSide more on each side.
    /// @param out  in.size() - 2 * kSide symbols; not overlapping.
    void apply(std::span<const Sample> in, std::span<Sample> out) const;

    /// Adds known symbols.
    ///
    /// @param in    as received, carrier offset taken away, with kSide more on each side; over
    ///              each call the phase is about constant, and may be any.
    /// @param sent  in.size() - 2 * kSide symbols of power 1.
    void add_known(std::span<const Sample> in, std::span<const Sample> sent);

    /// Makes the filter from all that was added.
    void update();

private:
    using Wide = std::complex<double>;

    void solve();

    struct Sums {
        std::array<std::array<Wide, kTaps>, kTaps> matrix{}; // conj(in_i) * in_j, i >= j
        std::array<Wide, kTaps> right{};                     // conj(in_i) * sent
    };

    Sums added_, mean_;                // since the last update; per symbol
    std::array<Sample, kTaps> taps_{}; // taps_[i] belongs to in[k + i]
    double known_ = 0, weight_ = 0;
};

} // namespace depinsat::sync
