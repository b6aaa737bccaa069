#include "depinsat/sync/phase_likelihood.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <numbers>

namespace depinsat::sync {

namespace {

constexpr double kLeastN0 = 1e-3, kSameNoise = 1.12, kNegligible = -20;
constexpr size_t kRings = 64;
constexpr float kLeastReach = 2;
constexpr double kReachDeviations = 3;
constexpr double kEndless = 1e30;

/// Cells of about one radius, between which symbols move that turn.
struct Ring {
    double probability = 0, sum = 0, cells = 0;

    void add(double cell_probability, double log_likelihood)
    {
        probability += cell_probability;
        sum += log_likelihood;
        ++cells;
    }
    double turning() const { return cells > 0 ? probability * sum / cells : 0; }
};

} // namespace

size_t PhaseLikelihood::index(float i, float q) const
{
    const auto cell = [this](float x) {
        const float place = (x + reach_) * cells_per_unit_;
        return place > 0 ? place < float(kCells - 1) ? int(place) : kCells - 1 : 0;
    };
    return size_t(cell(q) * kCells + cell(i));
}

PhaseLikelihood::Share PhaseLikelihood::fill(Cell& cell, Sample middle) const
{
    double nearest = 1e30;
    for (const Sample& d : constellation_->points)
        nearest = std::min(nearest, double(std::norm(middle - d)));
    double sum = 0, power = 0;
    std::complex<double> mean = 0;
    for (const Sample& d : constellation_->points) {
        const double exponent = (nearest - std::norm(middle - d)) / n0_;
        if (exponent < kNegligible)
            continue;
        const double weight = std::exp(exponent);
        sum += weight;
        mean += weight * std::complex<double>(d);
        power += weight * std::norm(d);
    }
    mean /= sum;
    cell.mean = Sample(mean);
    cell.power = float(power / sum);
    cell.log_likelihood =
        float(std::log(sum / double(constellation_->points.size())) - nearest / n0_);
    const double slope = 2 / n0_ * std::imag(std::complex<double>(middle) * std::conj(mean));
    const double density = std::exp(cell.log_likelihood) / (std::numbers::pi * n0_);
    const double probability = density / (cells_per_unit_ * cells_per_unit_);
    return {probability, slope * slope * probability};
}

void PhaseLikelihood::prepare(const modulation::Constellation& constellation, double n0)
{
    n0 = std::max(n0, kLeastN0);
    if (constellation_ == &constellation && n0 < n0_ * kSameNoise && n0_ < n0 * kSameNoise)
        return;
    constellation_ = &constellation;
    n0_ = n0;
    information_ = 0;
    // In strong noise what is far out tells most.
    reach_ = std::max(kLeastReach, float(1 + kReachDeviations * std::sqrt(0.5 * n0)));
    cells_per_unit_ = kCells / (2 * reach_);
    const auto middle = [this](int cell) {
        return (float(cell) + 0.5f) / cells_per_unit_ - reach_;
    };
    std::array<Ring, kRings> rings{};
    double right = 0;
    for (int q = 0; q < kCells; ++q)
        for (int i = 0; i < kCells; ++i) {
            Cell& cell = cells_[size_t(q * kCells + i)];
            const auto share = fill(cell, {middle(i), middle(q)});
            information_ += share.information;
            right += share.probability * cell.log_likelihood;
            const double radius =
                std::hypot(middle(i), middle(q)) / (reach_ * std::numbers::sqrt2);
            rings[size_t(radius * kRings)].add(share.probability, cell.log_likelihood);
        }
    double turning = 0;
    for (const Ring& ring : rings)
        turning += ring.turning();
    least_in_phase_ = right - turning < kLeastGap ? -kEndless : 0.5 * (right + turning);
}

bool PhaseLikelihood::in_phase(std::span<const Sample> symbols) const
{
    return log_likelihood(symbols, {}) > least_in_phase_ * double(symbols.size());
}

double PhaseLikelihood::log_likelihood(std::span<const Sample> symbols, Carrier carrier) const
{
    const Sample turn(std::polar(1 / carrier.gain, -carrier.phase));
    double sum = 0;
    for (const Sample& y : symbols) {
        const float re = y.real() * turn.real() - y.imag() * turn.imag();
        const float im = y.real() * turn.imag() + y.imag() * turn.real();
        sum += cells_[index(re, im)].log_likelihood;
    }
    return sum;
}

PhaseLikelihood::Carrier PhaseLikelihood::refine(std::span<const Sample> symbols,
                                                 Carrier about) const
{
    assert(!symbols.empty());
    const Sample turn(std::polar(1 / about.gain, -about.phase));
    double slope = 0, in_phase = 0, power = 1e-9;
    for (const Sample& y : symbols) {
        const float re = y.real() * turn.real() - y.imag() * turn.imag();
        const float im = y.real() * turn.imag() + y.imag() * turn.real();
        const Cell& cell = cells_[index(re, im)];
        slope += im * cell.mean.real() - re * cell.mean.imag();
        in_phase += re * cell.mean.real() + im * cell.mean.imag();
        power += cell.power;
    }
    const double information = std::max(information_, 1e-9) * double(symbols.size());
    const double step = 2 / n0_ * slope / information;
    return {about.phase + std::clamp(step, -kMostStep, kMostStep),
            about.gain * std::clamp(in_phase / power, 1 - kMostStep, 1 + kMostStep)};
}

} // namespace depinsat::sync
