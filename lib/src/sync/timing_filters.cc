#include "depinsat/sync/timing_filters.h"

#include "depinsat/modulation/root_raised_cosine.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <numbers>
#include <stdexcept>

namespace depinsat::sync {

namespace {

constexpr double kPi = std::numbers::pi;
constexpr double kPrototypeRate = 64; // samples per symbol of the filter that is interpolated
constexpr size_t kLanes = 16;         // floats that are summed apart

size_t multiple_of(size_t unit, size_t x)
{
    return (x + unit - 1) / unit * unit;
}

/// Impulse response of a half cosine of width `rolloff` in frequency; t in symbols.
double edge_pulse(double t, double rolloff)
{
    const double x = 2 * rolloff * t;
    if (std::abs(std::abs(x) - 1) < 1e-6)
        return rolloff / 2;
    return 2 * rolloff / kPi * std::cos(kPi * x / 2) / (1 - x * x);
}

/// Value of a symmetric filter sampled at kPrototypeRate, between its samples.
double interpolate(std::span<const float> prototype, double t)
{
    const double x = std::abs(t) * kPrototypeRate;
    const auto before = size_t(x);
    const size_t centre = prototype.size() / 2;
    if (before + 1 > centre)
        return 0;
    const double a = prototype[centre + before], b = prototype[centre + before + 1];
    return a + (b - a) * (x - double(before));
}

} // namespace

TimingFilters::TimingFilters(double samples_per_symbol, double rolloff)
    : samples_per_symbol_(samples_per_symbol), rolloff_(rolloff)
{
    if (!(samples_per_symbol >= 1.2 && samples_per_symbol <= 8))
        throw std::invalid_argument("samples per symbol must be 1.2 to 8");
    const auto prototype = modulation::root_raised_cosine(kPrototypeRate, rolloff);
    const double span = modulation::root_raised_cosine_half_span(rolloff);
    half_width_ = multiple_of(kLanes / 4, size_t(std::ceil(span * samples_per_symbol)) + 1);
    phases_ = size_t(std::ceil(128 / samples_per_symbol)) + 1;
    for (size_t phase = 0; phase < phases_; ++phase)
        add_phase(prototype, double(phase) / double(phases_ - 1));
}

void TimingFilters::add_phase(std::span<const float> prototype, double fraction)
{
    // The prototype has energy 1 at its own rate; pulses of a signal of power 1 have the energy
    // samples_per_symbol, and the symbol shall come out as 1.
    const double scale = std::sqrt(kPrototypeRate) / samples_per_symbol_;
    for (size_t i = 0; i < 2 * half_width_; ++i) {
        const double t =
            (fraction - (double(i) - double(half_width_ - 1))) / samples_per_symbol_;
        const double edge = edge_pulse(t, rolloff_) / samples_per_symbol_;
        const auto matched = float(scale * interpolate(prototype, t));
        const auto cosine = float(edge * std::cos(kPi * t));
        const auto sine = float(edge * std::sin(kPi * t));
        matched_.values.insert(matched_.values.end(), {matched, matched});
        edge_cosine_.values.insert(edge_cosine_.values.end(), {cosine, cosine});
        edge_sine_.values.insert(edge_sine_.values.end(), {sine, sine});
    }
}

size_t TimingFilters::phase_of(double fraction) const
{
    assert(fraction >= 0 && fraction <= 1);
    return size_t(fraction * double(phases_ - 1) + 0.5);
}

Sample TimingFilters::dot(const Taps& taps, const Sample* window, size_t phase) const
{
    const size_t count = 4 * half_width_;
    const float* tap = taps.values.data() + phase * count;
    const auto* x = reinterpret_cast<const float*>(window);
    std::array<float, kLanes> sums{};
    for (size_t i = 0; i < count; i += kLanes)
        for (size_t lane = 0; lane < kLanes; ++lane)
            sums[lane] += x[i + lane] * tap[i + lane];
    for (size_t width = kLanes / 2; width >= 2; width /= 2)
        for (size_t lane = 0; lane < width; ++lane)
            sums[lane] += sums[lane + width];
    return {sums[0], sums[1]};
}

Sample TimingFilters::symbol(std::span<const Sample> window, double fraction) const
{
    assert(window.size() == 2 * half_width_);
    return dot(matched_, window.data(), phase_of(fraction));
}

Sample TimingFilters::timing_product(std::span<const Sample> window, double fraction) const
{
    assert(window.size() == 2 * half_width_);
    const Sample a = dot(edge_cosine_, window.data(), phase_of(fraction));
    const Sample b = dot(edge_sine_, window.data(), phase_of(fraction));
    const Sample upper{a.real() - b.imag(), a.imag() + b.real()};
    const Sample lower{a.real() + b.imag(), a.imag() - b.real()};
    return upper * std::conj(lower);
}

} // namespace depinsat::sync
