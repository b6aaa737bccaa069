#pragma once

#include "depinsat/core/types.h"

#include <cstddef>
#include <span>

namespace depinsat::channel {

/// Turns samples by a frequency that may drift, without ever a jump of phase.
///
/// Shape     in place, any number of samples; the result does not depend on the cuts.
/// Unit      Hz and Hz/s; positive moves the signal upwards.
/// Range     |frequency| below the sample rate.
/// Accuracy  the rotor has magnitude 1 +- 1e-5 and phase errors below 1e-4 rad for ever, plus
/// 3300
///           rad times the drift as a share of the squared sample rate.
/// Cost      one complex multiplication a sample and its rotor; no allocation.
class FrequencyOffset
{
public:
    /// @throws std::invalid_argument if the rate is not positive or the offset not below it.
    FrequencyOffset(double sample_rate_hz,
                    double offset_hz,
                    double rate_hz_per_s = 0.0,
                    double phase_rad = 0.0);

    void process(std::span<Sample> samples);

    /// The frequency and drift from the next sample on; the phase goes on.
    void set(double offset_hz, double rate_hz_per_s = 0.0);

    /// Frequency of the next sample, in Hz.
    double offset_hz() const;

private:
    static constexpr size_t kBlock = 64; ///< samples between two exact rotors
    void start_block();

    double sample_rate_hz_;
    double phase_;        ///< cycles, at the start of the block
    double step_;         ///< cycles per sample, at the start of the block
    double drift_;        ///< cycles per sample, per sample
    size_t position_ = 0; ///< in the block
    Sample rotor_, turn_;
};

} // namespace depinsat::channel
