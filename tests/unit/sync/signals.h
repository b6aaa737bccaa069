#pragma once

#include "depinsat/core/types.h"

#include <cmath>
#include <cstddef>
#include <numbers>
#include <random>
#include <span>
#include <vector>

/// Signals for the tests of sync/: seeded, and made without the kernels that are tested.
namespace depinsat::sync::test {

class Random
{
public:
    explicit Random(uint32_t seed) : engine_(seed) {}

    Sample psk(unsigned m)
    {
        const double offset = m == 4 ? std::numbers::pi / 4 : 0;
        const double k = double(engine_() % m);
        return Sample(std::polar(1.0, offset + 2 * std::numbers::pi * k / m));
    }

    std::vector<Sample> psk(unsigned m, size_t count)
    {
        std::vector<Sample> symbols(count);
        for (Sample& symbol : symbols)
            symbol = psk(m);
        return symbols;
    }

    /// Complex, of the given power.
    Sample noise(double power)
    {
        const auto deviation = float(std::sqrt(power / 2));
        return {deviation * normal_(engine_), deviation * normal_(engine_)};
    }

    void add_noise(std::span<Sample> samples, double power)
    {
        for (Sample& x : samples)
            x += noise(power);
    }

    double uniform(double low, double high)
    {
        return low + (high - low) * double(engine_()) / 4294967296.0;
    }

private:
    std::mt19937 engine_;
    std::normal_distribution<float> normal_;
};

inline double power_of_db(double db)
{
    return std::pow(10.0, db / 10);
}

/// Root-raised-cosine pulse, t in symbols; energy 1 per symbol.
inline double root_raised_cosine_pulse(double t, double rolloff)
{
    using std::numbers::pi;
    const double x = 4 * rolloff * t;
    if (std::abs(t) < 1e-9)
        return 1 - rolloff + 4 * rolloff / pi;
    if (std::abs(std::abs(x) - 1) < 1e-6)
        return rolloff / std::numbers::sqrt2 *
               ((1 + 2 / pi) * std::sin(pi / (4 * rolloff)) +
                (1 - 2 / pi) * std::cos(pi / (4 * rolloff)));
    return (std::sin(pi * t * (1 - rolloff)) + x * std::cos(pi * t * (1 + rolloff))) /
           (pi * t * (1 - x * x));
}

/// Samples of mean power 1: symbol k is centred at start + k * period, in samples.
inline std::vector<Sample>
shape(std::span<const Sample> symbols, double rolloff, double start, double period)
{
    constexpr double kSpan = 24; // symbols
    std::vector<Sample> samples(size_t(start + double(symbols.size()) * period));
    for (size_t n = 0; n < samples.size(); ++n) {
        const double position = (double(n) - start) / period;
        const auto first = ptrdiff_t(std::max(std::ceil(position - kSpan), 0.0));
        const auto end =
            std::min(ptrdiff_t(std::floor(position + kSpan)) + 1, ptrdiff_t(symbols.size()));
        for (ptrdiff_t k = first; k < end; ++k)
            samples[n] += symbols[size_t(k)] *
                          float(root_raised_cosine_pulse(position - double(k), rolloff));
    }
    return samples;
}

inline void rotate(std::span<Sample> samples, double frequency, double phase = 0)
{
    for (size_t n = 0; n < samples.size(); ++n)
        samples[n] *= Sample(std::polar(
            1.0, phase + 2 * std::numbers::pi * std::remainder(frequency * double(n), 1.0)));
}

inline double root_mean_square(std::span<const double> values)
{
    double sum = 0;
    for (const double value : values)
        sum += value * value;
    return std::sqrt(sum / double(values.size()));
}

} // namespace depinsat::sync::test
