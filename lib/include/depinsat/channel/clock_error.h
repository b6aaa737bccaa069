#pragma once

#include "depinsat/core/types.h"

#include <array>
#include <cstddef>
#include <span>
#include <vector>

namespace depinsat::channel {

/// Samples as a receiver sees them whose clock differs from the sender's: resampling by
/// ratio / (1 + ppm / 1e6) with a windowed sinc.
///
/// Shape     n samples in, n * ratio / (1 + ppm / 1e6) +- 1 out; pieces of any size, state is
///           kept.
/// Sign      positive: the sender's clock is fast, so that the signal is compressed in time.
/// Accuracy  images and errors below -60 dB for signals within +-0.3375 of the sample rate
///           (2 samples per symbol, roll-off 0.35). Nothing is filtered: what lies beyond half
///           of a lower rate folds.
/// Delay     kDelay input samples.
/// Cost      kTaps complex by real multiplications a sample, vectorised; no allocation after
///           the constructor.
class ClockError
{
public:
    static constexpr size_t kTaps = 24, kDelay = kTaps / 2;
    static constexpr double kMaxPpm = 10000.0;

    static constexpr double kMaxRatio = 64.0;

    /// @param ratio  nominal rate of the samples out by that of the samples in.
    /// @param start  of the first sample out, in input samples; 0 to below 1.
    /// @throws std::invalid_argument if |ppm| is above kMaxPpm, ratio is not 1 / kMaxRatio to
    ///         kMaxRatio, or start is out of range.
    explicit ClockError(double ppm, double ratio = 1.0, double start = 0.0);

    /// Most samples that process() can put out for so many.
    size_t max_output(size_t input) const { return size_t(double(input) / step_) + 2; }

    /// @param out  max_output(in.size()) samples or more
    /// @return     how many of them were written
    size_t process(std::span<const Sample> in, std::span<Sample> out);

private:
    double step_; ///< input samples per output sample
    double time_; ///< of the next output, from the newest input but kDelay, in input samples
    std::vector<Sample> samples_; ///< the last kTaps inputs, then a block of new ones
};

} // namespace depinsat::channel
