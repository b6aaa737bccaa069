#pragma once

#include <algorithm>
#include <cmath>
#include <numbers>

namespace depinsat::channel {

/// Frequency shift of a path over time: a fixed offset, a ramp that ends at a limit, a sinusoid
/// (the daily figure-of-eight of an inclined geostationary orbit, or a bad oscillator), or
/// their sum.
///
/// Unit      Hz, Hz/s, s; positive moves the signal upwards.
struct Doppler {
    double offset_hz = 0.0;
    double rate_hz_per_s = 0.0; ///< of the ramp, which starts at 0 at time 0
    double limit_hz = 0.0;      ///< the ramp stays within +-limit_hz
    double amplitude_hz = 0.0;  ///< of the sinusoid
    double period_s = 1.0;      ///< of the sinusoid, above 0

    double hz(double time_s) const
    {
        return offset_hz + std::clamp(rate_hz_per_s * time_s, -limit_hz, limit_hz) +
               amplitude_hz * std::sin(omega() * time_s);
    }

    /// Derivative of hz().
    double hz_per_s(double time_s) const
    {
        const bool ramps = std::abs(rate_hz_per_s * time_s) < limit_hz;
        return (ramps ? rate_hz_per_s : 0.0) +
               amplitude_hz * omega() * std::cos(omega() * time_s);
    }

    /// Largest magnitude that hz() can take.
    double largest_hz() const
    {
        return std::abs(offset_hz) + std::abs(limit_hz) + std::abs(amplitude_hz);
    }

    bool none() const { return largest_hz() == 0.0; }

    double omega() const { return 2.0 * std::numbers::pi / period_s; }
};

} // namespace depinsat::channel
