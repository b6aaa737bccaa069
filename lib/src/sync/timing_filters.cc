#include "depinsat/sync/timing_filters.h"

#include "depinsat/modulation/root_raised_cosine.h"
#include "sync/timing_kernels.h"

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
constexpr size_t kLanes = 16;         // floats of a Chunk

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
    for (auto* taps : {&matched_, &edge_cosine_, &edge_sine_})
        taps->resize(phases_ * 4 * half_width_ / kLanes);
    for (size_t phase = 0; phase < phases_; ++phase)
        add_phase(prototype, phase);
}

void TimingFilters::set_tap(std::vector<Chunk>& taps, size_t number, double value)
{
    for (size_t i = 2 * number; i < 2 * number + 2; ++i)
        taps[i / kLanes].values[i % kLanes] = float(value);
}

void TimingFilters::add_phase(std::span<const float> prototype, size_t phase)
{
    const double fraction = double(phase) / double(phases_ - 1);
    // The prototype has energy 1 at its own rate; pulses of a signal of power 1 have the energy
    // samples_per_symbol, and the symbol shall come out as 1.
    const double scale = std::sqrt(kPrototypeRate) / samples_per_symbol_;
    for (size_t i = 0; i < 2 * half_width_; ++i) {
        const double t =
            (fraction - (double(i) - double(half_width_ - 1))) / samples_per_symbol_;
        const double edge = edge_pulse(t, rolloff_) / samples_per_symbol_;
        const size_t number = phase * 2 * half_width_ + i;
        set_tap(matched_, number, scale * interpolate(prototype, t));
        set_tap(edge_cosine_, number, edge * std::cos(kPi * t));
        set_tap(edge_sine_, number, edge * std::sin(kPi * t));
    }
}

void TimingFilters::symbols(std::span<const Sample> samples,
                            std::span<const FilterPlace> places,
                            std::span<Sample> out) const
{
    assert(out.size() >= places.size());
    assert(std::ranges::all_of(places, [&](const FilterPlace& place) {
        return place.window + 2 * half_width_ <= samples.size() && place.phase < phases_;
    }));
    filter_windows(places, samples.data(), {matched_.data()->values.data(), 4 * half_width_},
                   out.data());
}

void TimingFilters::timing_products(std::span<const Sample> samples,
                                    std::span<const FilterPlace> places,
                                    std::span<Sample> out) const
{
    assert(places.size() <= kMostProducts && out.size() >= places.size());
    std::array<Sample, kMostProducts> cosines, sines;
    filter_windows(
        places, samples.data(), {edge_cosine_.data()->values.data(), 4 * half_width_},
        {edge_sine_.data()->values.data(), 4 * half_width_}, cosines.data(), sines.data());
    for (size_t i = 0; i < places.size(); ++i) {
        const Sample a = cosines[i], b = sines[i];
        const Sample upper{a.real() - b.imag(), a.imag() + b.real()};
        const Sample lower{a.real() + b.imag(), a.imag() - b.real()};
        // Written out: operator* looks for values that are no numbers, of which there are none.
        out[i] = {upper.real() * lower.real() + upper.imag() * lower.imag(),
                  upper.imag() * lower.real() - upper.real() * lower.imag()};
    }
}

} // namespace depinsat::sync
