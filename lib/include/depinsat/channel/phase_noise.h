#pragma once

#include "depinsat/channel/gaussian.h"
#include "depinsat/core/types.h"

#include <array>
#include <cstdint>
#include <span>
#include <vector>

namespace depinsat::channel {

/// One point of a mask of single-sideband phase noise.
struct PhaseNoisePoint {
    double offset_hz; ///< from the carrier
    double dbc_per_hz;
};

/// Consumer LNB as commonly quoted for DVB-S2; nothing beyond 10 MHz but its floor.
inline constexpr std::array<PhaseNoisePoint, 6> kConsumerLnb{
    {{100, -25}, {1e3, -50}, {10e3, -73}, {100e3, -93}, {1e6, -103}, {10e6, -114}}};

/// Phase noise of an oscillator whose spectrum is a mask, applied to samples.
///
/// Spectrum  between the points of the mask straight lines over the logarithm of the offset;
///           the first line goes on downwards for an octave; below that and above the last
///           point flat. Fitted within 1 dB, up to a quarter of the sample rate, by
///           second-order low-pass processes an octave apart.
/// Shape     in place, any number of samples; the result does not depend on the cuts.
/// Seed      equal seeds give equal noise.
/// Cost      about 27 ns a sample; no allocation after the constructor, which takes some
///           milliseconds.
/// Threads   one object per thread.
class PhaseNoise
{
public:
    /// @param mask  1 to 32 points of rising, positive offset, -200 to 0 dBc/Hz, at most 40 dB
    ///              a decade falling; the first at least 1e-7 of the sample rate.
    /// @throws std::invalid_argument if it is not so, or the sample rate is not positive.
    PhaseNoise(std::span<const PhaseNoisePoint> mask, double sample_rate_hz, uint64_t seed);
    ~PhaseNoise();
    PhaseNoise(PhaseNoise&&) noexcept;
    PhaseNoise& operator=(PhaseNoise&&) noexcept;

    /// Turns each sample by the phase.
    void process(std::span<Sample> samples);

    /// The next phases themselves, in rad, instead of turning as many samples.
    void phases(std::span<float> out);

private:
    struct Octave;
    float next();

    Gaussian gaussian_;
    float floor_; ///< deviation of the white part
    std::vector<Octave> octaves_;
};

} // namespace depinsat::channel
