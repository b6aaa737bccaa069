#pragma once

#include <complex>
#include <cstdint>

namespace depinsat {

/// One complex baseband sample or constellation point; mean power 1 unless said otherwise.
using Sample = std::complex<float>;

/// Largest magnitude of an LLR: certainty. -128 does not occur.
inline constexpr int kLlrMax = 127;

/// Log-likelihood ratio of one bit, log(P(0) / P(1)) in units of 1/8: positive means bit 0.
///
/// The unit is what the demappers put out and the decoders are tuned for; +-127 is about
/// +-15.9 nat. Zero means that nothing is known (an erasure).
struct Llr {
    int8_t value = 0;

    /// The nearest LLR; saturates.
    static constexpr Llr saturate(int value)
    {
        return {int8_t(value > kLlrMax ? kLlrMax : value < -kLlrMax ? -kLlrMax : value)};
    }

    constexpr bool hard_bit() const { return value < 0; }
    friend constexpr Llr operator+(Llr a, Llr b) { return saturate(a.value + b.value); }
    friend constexpr Llr operator-(Llr a, Llr b) { return saturate(a.value - b.value); }
    friend constexpr bool operator==(Llr, Llr) = default;
};
static_assert(sizeof(Llr) == 1);

/// LLR steps per nat.
inline constexpr float kLlrScale = 8.0f;

} // namespace depinsat
