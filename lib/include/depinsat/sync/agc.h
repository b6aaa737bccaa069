#pragma once

#include "depinsat/core/types.h"

#include <span>

namespace depinsat::sync {

/// Largest magnitude of a component that sanitize() lets pass.
inline constexpr float kLargestSample = 1e9f;

/// Replaces components that are not numbers, infinite or beyond kLargestSample by zero.
///
/// @param samples  in place.
void sanitize(std::span<Sample> samples);

/// Automatic gain control: scales pieces of a stream to mean power 1.
///
/// The power is that of everything in the sampled band, noise included. It is averaged over
/// about kAveragedPieces pieces; a step of more than 6 dB between a piece and the average is
/// followed at once. Pieces of silence leave the gain as it is.
///
/// Range     any gain from -180 to 180 dB; output of silence is silence.
/// Cost      some operations per sample.
class Agc
{
public:
    static constexpr unsigned kAveragedPieces = 32;

    /// @param piece  in place; all pieces should have one length, of 32 symbols or more.
    void process(std::span<Sample> piece);

    /// Scales with the gain as it is: for a last piece that is too short to measure.
    void scale(std::span<Sample> piece) const;

    /// Mean power at the input; 0 before the first signal.
    float power() const { return power_; }

private:
    float power_ = 0;
};

} // namespace depinsat::sync
