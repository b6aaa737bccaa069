#pragma once

#include "depinsat/core/types.h"

#include <cmath>
#include <span>

namespace depinsat::channel {

/// Travelling-wave tube amplifier, without memory, after Saleh (IEEE Trans. Commun. 29, 1981).
///
/// Scale     an input of amplitude 1 saturates it and comes out with amplitude 1.
/// AM/AM     2 r / (1 + r^2); AM/PM: 4.0033 s^2 / (1 + 9.1040 s^2) rad with s = 0.9318 r, which
/// are
///           Saleh's figures for a helix tube (2.1587, 1.1517, 4.0033, 9.1040) at this scale.
/// Cost      a division and a rotation a sample.
class SalehAmplifier
{
public:
    /// @param backoff_db  of the input: a signal of mean power 1 drives it so far below
    /// saturation.
    explicit SalehAmplifier(double backoff_db) : drive_(std::pow(10, -backoff_db / 20)) {}

    /// Output amplitude, and phase in rad, of an input amplitude.
    static double amplitude(double r) { return 2 * r / (1 + r * r); }
    static double phase(double r)
    {
        constexpr double kSaturation =
            0.868261; // 1 / 1.1517, in the square of Saleh's amplitude
        const double s2 = kSaturation * r * r;
        return 4.0033 * s2 / (1 + 9.1040 * s2);
    }

    void process(std::span<Sample> samples) const
    {
        for (Sample& sample : samples) {
            const double r = drive_ * std::abs(sample);
            const double gain = 2 * drive_ / (1 + r * r);
            sample *= Sample(std::polar(gain, phase(r)));
        }
    }

private:
    double drive_;
};

} // namespace depinsat::channel
