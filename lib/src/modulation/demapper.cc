#include "depinsat/modulation/demapper.h"

#include "demapper_lanes.h"

#include <algorithm>
#include <cassert>
#include <numbers>

namespace depinsat::modulation {
namespace {

// Rounds to nearest by the addition of 1.5 * 2^23: vectorises on every machine, unlike
// nearbyint.
inline Llr quantise(float x)
{
    constexpr float kRound = 12582912.0f;
    x = x == x ? x : 0.0f;
    x = x < float(kLlrMax) ? x : float(kLlrMax);
    x = x > float(-kLlrMax) ? x : float(-kLlrMax);
    return {int8_t(int(x + kRound - kRound))};
}

inline float larger(float a, float b)
{
    return a > b ? a : b;
}

// An array of symbols is an array of I and Q, in the order of the LLRs.
void demap_qpsk(std::span<const Sample> symbols, float scale, std::span<Llr> llrs)
{
    const float* components = reinterpret_cast<const float*>(symbols.data());
    const float gain = scale * std::numbers::sqrt2_v<float>;
    for (size_t i = 0; i < llrs.size(); ++i)
        llrs[i] = quantise(components[i] * gain);
}

// Opposite points have opposite correlations, so four do for eight points.
void demap_8psk(std::span<const Sample> symbols, float scale, std::span<Llr> llrs)
{
    const float* components = reinterpret_cast<const float*>(symbols.data());
    constexpr float kHalf = std::numbers::sqrt2_v<float> / 2;
    for (size_t i = 0; i < symbols.size(); ++i) {
        const float a0 = components[2 * i], a90 = components[2 * i + 1];
        const float a45 = kHalf * (a90 + a0), a135 = kHalf * (a90 - a0);
        const float m0 = larger(larger(a0, -a0), larger(a45, -a45)) -
                         larger(larger(a90, -a90), larger(a135, -a135));
        const float m1 = larger(larger(a0, a45), larger(a90, -a135)) -
                         larger(larger(-a0, -a45), larger(-a90, a135));
        const float m2 = larger(larger(a45, -a0), larger(a90, a135)) -
                         larger(larger(a0, -a45), larger(-a135, -a90));
        llrs[3 * i] = quantise(m0 * scale);
        llrs[3 * i + 1] = quantise(m1 * scale);
        llrs[3 * i + 2] = quantise(m2 * scale);
    }
}

} // namespace

void demap(const Constellation& constellation,
           std::span<const Sample> symbols,
           float n0,
           std::span<Llr> llrs)
{
    assert(llrs.size() == symbols.size() * constellation.bits_per_symbol);
    if (n0 != n0) {
        std::fill(llrs.begin(), llrs.end(), Llr{});
        return;
    }
    const float scale = 2 * kLlrScale / std::max(n0, kLeastNoisePower);
    if (constellation.name == "QPSK")
        demap_qpsk(symbols, scale, llrs);
    else if (constellation.name == "8PSK")
        demap_8psk(symbols, scale, llrs);
    else
        demap_lanes(constellation, symbols, scale, llrs);
}

} // namespace depinsat::modulation
