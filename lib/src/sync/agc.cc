#include "depinsat/sync/agc.h"

#include <array>
#include <cmath>
#include <numeric>

namespace depinsat::sync {

namespace {

constexpr float kSilence = 1e-18f; // mean power

float component(float x)
{
    return std::abs(x) <= kLargestSample ? x : 0.0f; // false for NaN
}

/// In several sums, which are added up at once.
float mean_power(std::span<const Sample> piece)
{
    constexpr size_t kLanes = 16;
    std::array<float, kLanes> sums{};
    const auto* x = reinterpret_cast<const float*>(piece.data());
    const size_t count = 2 * piece.size(), whole = count / kLanes * kLanes;
    for (size_t i = 0; i < whole; i += kLanes)
        for (size_t lane = 0; lane < kLanes; ++lane)
            sums[lane] += x[i + lane] * x[i + lane];
    for (size_t i = whole; i < count; ++i)
        sums[i - whole] += x[i] * x[i];
    return std::accumulate(sums.begin(), sums.end(), 0.0f) / float(piece.size());
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
