#include "depinsat/sync/spectrum_centre.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <numeric>

namespace depinsat::sync {

namespace {

constexpr double kPi = std::numbers::pi;
constexpr size_t kPiece = SpectrumCentre::kPiece;
constexpr double kStep = 1.0 / 256; // of the search, in symbol rates
constexpr auto kSteps = int(SpectrumCentre::kRange / kStep);
constexpr double kSignificant = 6; // standard deviations of noise
constexpr double kNothing = 1e-12; // share of the power in a bin that counts as none

using Spectrum = std::array<Sample, kPiece>;

/// Powers of exp(-j 2 pi / kPiece).
const Spectrum& turns()
{
    static const Spectrum table = [] {
        Spectrum values;
        for (size_t k = 0; k < kPiece; ++k)
            values[k] = Sample(std::polar(1.0, -2 * kPi * double(k) / kPiece));
        return values;
    }();
    return table;
}

Sample times(Sample a, Sample b)
{
    return {a.real() * b.real() - a.imag() * b.imag(),
            a.real() * b.imag() + a.imag() * b.real()};
}

/// Discrete Fourier transform in place, radix 2; bins come out in bit-reversed order.
void transform(Spectrum& x)
{
    const Spectrum& table = turns();
    for (size_t half = kPiece / 2; half >= 1; half /= 2)
        for (size_t begin = 0; begin < kPiece; begin += 2 * half)
            for (size_t k = 0; k < half; ++k) {
                const Sample a = x[begin + k], b = x[begin + k + half];
                x[begin + k] = a + b;
                x[begin + k + half] = times(a - b, table[k * (kPiece / 2 / half)]);
            }
}

size_t bit_reversed(size_t k)
{
    size_t reversed = 0;
    for (size_t bit = 1; bit < kPiece; bit *= 2, k /= 2)
        reversed = 2 * reversed + k % 2;
    return reversed;
}

/// Raised cosine: power of the signal at a distance from its centre, in symbol rates.
double signal_power(double distance, double rolloff)
{
    const double x = (std::abs(distance) - 0.5 * (1 - rolloff)) / rolloff;
    return x <= 0 ? 1 : x >= 1 ? 0 : 0.5 * (1 + std::cos(kPi * x));
}

} // namespace

SpectrumCentre::SpectrumCentre(double samples_per_symbol, double rolloff)
{
    for (size_t n = 0; n < kPiece; ++n)
        window_[n] = float(0.5 - 0.5 * std::cos(2 * kPi * (double(n) + 0.5) / kPiece));
    for (int i = -kSteps; i <= kSteps; ++i)
        add_shape(i * kStep / samples_per_symbol, samples_per_symbol, rolloff);
}

void SpectrumCentre::add_shape(double centre, double samples_per_symbol, double rolloff)
{
    std::array<double, kPiece> shape;
    double mean = 0, energy = 1e-30;
    for (size_t k = 0; k < kPiece; ++k) {
        // Sampling folds the band into a circle.
        const double distance = std::remainder(double(k) / kPiece - centre, 1.0);
        shape[k] = signal_power(distance * samples_per_symbol, rolloff);
        mean += shape[k] / kPiece;
    }
    for (double& x : shape) {
        x -= mean;
        energy += x * x;
    }
    for (const double x : shape)
        shapes_.push_back(float(x / std::sqrt(energy)));
}

void SpectrumCentre::reset()
{
    power_.fill(0);
    pieces_ = 0;
}

void SpectrumCentre::add(std::span<const Sample, kPiece> piece)
{
    Spectrum x;
    for (size_t n = 0; n < kPiece; ++n)
        x[n] = window_[n] * piece[n];
    transform(x);
    for (size_t k = 0; k < kPiece; ++k)
        power_[k] += std::norm(x[k]);
    ++pieces_;
}

std::optional<double> SpectrumCentre::centre() const
{
    double total = 0;
    for (const double power : power_)
        total += power;
    if (pieces_ == 0 || !(total > 0))
        return std::nullopt;
    std::array<float, kPiece> levels;
    for (size_t k = 0; k < kPiece; ++k)
        levels[k] = float(std::log(power_[bit_reversed(k)] / total + kNothing));
    int best = 0;
    float best_score = -std::numeric_limits<float>::infinity();
    for (int i = -kSteps; i <= kSteps; ++i) {
        const float* shape = shapes_.data() + size_t(i + kSteps) * kPiece;
        const float score = std::inner_product(levels.begin(), levels.end(), shape, 0.0f);
        if (score > best_score) {
            best_score = score;
            best = i;
        }
    }
    if (best_score * std::sqrt(double(pieces_)) < kSignificant)
        return std::nullopt;
    return best * kStep;
}

} // namespace depinsat::sync
