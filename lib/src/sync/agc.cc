#include "depinsat/sync/agc.h"

#include <cmath>

namespace depinsat::sync {

namespace {

constexpr float kSilence = 1e-18f; // mean power

float component(float x)
{
    return std::abs(x) <= kLargestSample ? x : 0.0f; // false for NaN
}

float mean_power(std::span<const Sample> piece)
{
    float sum = 0;
    for (const Sample& x : piece)
        sum += std::norm(x);
    return sum / float(piece.size());
}

} // namespace

void sanitize(std::span<Sample> samples)
{
    for (Sample& x : samples)
        x = {component(x.real()), component(x.imag())};
}

void Agc::process(std::span<Sample> piece)
{
    if (piece.empty())
        return;
    const float power = mean_power(piece);
    if (power > kSilence) {
        const bool step = power > 4 * power_ || power < power_ / 4;
        power_ = step ? power : power_ + (power - power_) / kAveragedPieces;
    }
    scale(piece);
}

void Agc::scale(std::span<Sample> piece) const
{
    const float gain = power_ > 0 ? 1 / std::sqrt(power_) : 0.0f;
    for (Sample& x : piece)
        x *= gain;
}

} // namespace depinsat::sync
