#pragma once

#include <cstddef>

namespace depinsat::channel {

/// Taps of an interpolator of complex samples, each twice: for I and for Q.
inline constexpr size_t kInterpolatorRow = 48;

/// Values between samples, at times a step apart, by filters that lie between two rows of a
/// table.
struct Interpolator {
    const float*
        table; ///< `phases` + 1 rows of kInterpolatorRow; row p for the time p / phases
    double phases;
    double step; ///< samples
    double time; ///< of the next value, in samples; below 1 means that it can be had
};

/// Puts out what can be had with each of `inputs` samples more.
///
/// @param window  I and Q of the samples that the first value needs, then one sample more for
///                each further input; not overlapping `out`.
/// @return floats written, two a value.
size_t interpolate(Interpolator& state, const float* window, size_t inputs, float* out);

} // namespace depinsat::channel
