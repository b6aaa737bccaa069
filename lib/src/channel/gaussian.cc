#include "depinsat/channel/gaussian.h"

#include <bit>
#include <cmath>

namespace depinsat::channel {
namespace {

// G. Marsaglia, W. W. Tsang, "The Ziggurat Method for Generating Random Variables", J. Stat.
// Softw. 5 (8), 2000: 256 layers of equal area under exp(-x^2 / 2).
constexpr int kLayers = 256;
constexpr double kTailStart = 3.6541528853610088;
constexpr double kArea = 0.00492867323399;

struct Layers {
    std::array<float, kLayers + 1> x; // right edges, widest first
    std::array<float, kLayers + 1> f; // density at these
};

double density(double x)
{
    return std::exp(-0.5 * x * x);
}

Layers make_layers()
{
    Layers layers{};
    double x = kTailStart;
    layers.x[0] = float(kArea / density(x)); // the base layer, as wide as if it had no tail
    layers.x[1] = float(x);
    for (int i = 2; i < kLayers; ++i) {
        x = std::sqrt(-2.0 * std::log(kArea / x + density(x)));
        layers.x[i] = float(x);
    }
    layers.x[kLayers] = 0.0f;
    for (int i = 0; i <= kLayers; ++i)
        layers.f[i] = float(density(layers.x[i]));
    return layers;
}

const Layers kTable = make_layers();

uint64_t split_mix(uint64_t& seed)
{
    uint64_t z = (seed += 0x9E3779B97F4A7C15);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
    return z ^ (z >> 31);
}

} // namespace

Gaussian::Gaussian(uint64_t seed)
{
    for (auto& word : state_)
        word = split_mix(seed);
}

uint64_t Gaussian::next()
{
    auto& s = state_;
    const uint64_t result = std::rotl(s[0] + s[3], 23) + s[0];
    const uint64_t shifted = s[1] << 17;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= shifted;
    s[3] = std::rotl(s[3], 45);
    return result;
}

float Gaussian::uniform()
{
    return (float(next() >> 40) + 0.5f) * 0x1p-24f;
}

float Gaussian::tail(bool negative)
{
    float x, y;
    do {
        x = -std::log(uniform()) / float(kTailStart);
        y = -std::log(uniform());
    } while (y + y < x * x);
    return negative ? -(float(kTailStart) + x) : float(kTailStart) + x;
}

float Gaussian::operator()()
{
    for (;;) {
        const uint64_t bits = next();
        const size_t layer = bits & 0xFF;
        const float u = float(int32_t(bits >> 32)) * 0x1p-31f; // -1 to 1
        const float x = u * kTable.x[layer];
        if (std::abs(x) < kTable.x[layer + 1])
            return x;
        if (layer == 0)
            return tail(u < 0.0f);
        const float between = kTable.f[layer + 1] - kTable.f[layer];
        if (kTable.f[layer] + uniform() * between < std::exp(-0.5f * x * x))
            return x;
    }
}

} // namespace depinsat::channel
