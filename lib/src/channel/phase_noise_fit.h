#pragma once

#include "depinsat/channel/phase_noise.h"

#include <vector>

namespace depinsat::channel {

/// A second-order low-pass process: white noise behind two equal poles.
struct LowPass {
    double corner_hz;
    unsigned octave;  ///< it runs at the sample rate over 2^octave
    double pole_gain; ///< of each pole: y += pole_gain * (x - y)
    double deviation; ///< of the white noise in front
};

struct PhaseNoiseFit {
    std::vector<LowPass> processes; ///< of rising corner
    double floor;                   ///< deviation of white noise at the sample rate
};

/// Processes whose spectra add up to the mask.
///
/// @throws std::invalid_argument as PhaseNoise.
PhaseNoiseFit fit_phase_noise(std::span<const PhaseNoisePoint> mask, double sample_rate_hz);

} // namespace depinsat::channel
