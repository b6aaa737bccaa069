#pragma once

#include "depinsat/core/types.h"

#include <array>
#include <cmath>
#include <complex>
#include <cstddef>

namespace depinsat::sync {

/// Powers of a turn by a carrier, for loops over several samples at once.
class Rotor
{
public:
    static constexpr size_t kSteps = 16;  ///< samples at once, at most
    static constexpr size_t kMost = 1024; ///< samples in a run; bounds the rounding error

    /// exp(-j 2 pi frequency k), k = 0 to kSteps.
    ///
    /// @param frequency  cycles per sample.
    explicit Rotor(double frequency);

    double frequency() const { return frequency_; }

    std::array<float, kSteps + 1> re, im;

private:
    double frequency_;
};

/// What is left of so many turns, -0.5 to 0.5: std::remainder(cycles, 1), ten times as fast.
inline double part_of_turn(double cycles)
{
    return cycles - std::rint(cycles);
}

/// exp(-j 2 pi cycles), of any number of cycles.
std::complex<double> phasor(double cycles);

/// samples[k] *= first * exp(-j 2 pi frequency k).
///
/// @param count  at most Rotor::kMost.
void turn(const Rotor&, Sample first, Sample* samples, size_t count);

/// Sum of samples[k] * exp(-j 2 pi frequency k).
///
/// @param count  at most Rotor::kMost.
Sample turned_sum(const Rotor&, const Sample* samples, size_t count);

} // namespace depinsat::sync
