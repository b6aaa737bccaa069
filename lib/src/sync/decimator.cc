#include "depinsat/sync/decimator.h"

#include <array>
#include <cassert>
#include <cmath>
#include <numbers>

namespace depinsat::sync {

namespace {

constexpr double kPi = std::numbers::pi;
constexpr double kAttenuationDb = 66;
constexpr double kKaiserBeta = 0.1102 * (kAttenuationDb - 8.7);
constexpr double kLeastRate = 4;  // samples per symbol that are halved
constexpr double kHalfBand = 0.9; // of the signal with its offset, in symbol rates
constexpr size_t kUnit = 4;       // taps on one side: the inner loop has no rest
constexpr size_t kLanes = 16;     // floats that are summed apart

size_t taps_on_a_side(double pass_band)
{
    const double transition = 0.5 - 2 * pass_band;
    const double length = (kAttenuationDb - 7.95) / (14.36 * transition);
    const auto side = size_t(std::ceil((length + 2) / 4));
    return (side + kUnit - 1) / kUnit * kUnit;
}

double kaiser(double position) // -1 to 1
{
    return std::cyl_bessel_i(0.0, kKaiserBeta * std::sqrt(1 - position * position)) /
           std::cyl_bessel_i(0.0, kKaiserBeta);
}

} // namespace

HalfbandDecimator::HalfbandDecimator(double pass_band) : side_(taps_on_a_side(pass_band))
{
    assert(pass_band >= 0 && pass_band <= 0.24);
    std::vector<double> exact(2 * side_);
    double sum = 0;
    for (size_t i = 0; i < exact.size(); ++i) {
        const double t = 2 * (double(i) - double(side_)) + 1; // odd: -2 side + 1 ... 2 side - 1
        exact[i] = std::sin(kPi * t / 2) / (kPi * t) * kaiser(t / double(2 * side_));
        sum += exact[i];
    }
    for (const double tap : exact)
        taps_.insert(taps_.end(), 2, float(0.5 * tap / sum));
    reset();
}

void HalfbandDecimator::reset()
{
    even_.clear();
    odd_.assign(side_, Sample{}); // samples -1, -3, ...
    next_is_odd_ = false;
}

void HalfbandDecimator::process(std::span<const Sample> in, std::vector<Sample>& out)
{
    for (const Sample& x : in) {
        (next_is_odd_ ? odd_ : even_).push_back(x);
        next_is_odd_ = !next_is_odd_;
    }
    put_out(out);
}

void HalfbandDecimator::put_out(std::vector<Sample>& out)
{
    const size_t count = odd_.size() < 2 * side_ ? 0 : odd_.size() - 2 * side_ + 1;
    for (size_t k = 0; k < count; ++k) {
        const auto* x = reinterpret_cast<const float*>(odd_.data() + k);
        std::array<float, kLanes> sums{};
        for (size_t i = 0; i < taps_.size(); i += kLanes)
            for (size_t lane = 0; lane < kLanes; ++lane)
                sums[lane] += x[i + lane] * taps_[i + lane];
        for (size_t width = kLanes / 2; width >= 2; width /= 2)
            for (size_t lane = 0; lane < width; ++lane)
                sums[lane] += sums[lane + width];
        out.emplace_back(sums[0] + 0.5f * even_[k].real(), sums[1] + 0.5f * even_[k].imag());
    }
    odd_.erase(odd_.begin(), odd_.begin() + ptrdiff_t(count));
    even_.erase(even_.begin(), even_.begin() + ptrdiff_t(count));
}

Decimator::Decimator(double samples_per_symbol)
{
    assert(samples_per_symbol > 0);
    for (; samples_per_symbol >= kLeastRate; samples_per_symbol /= 2)
        stages_.emplace_back(kHalfBand / samples_per_symbol);
}

size_t Decimator::delay() const
{
    size_t delay = 0;
    for (size_t i = 0; i < stages_.size(); ++i)
        delay += stages_[i].delay() << i;
    return delay;
}

std::span<const Sample> Decimator::process(std::span<const Sample> in)
{
    if (stages_.empty())
        return in;
    for (HalfbandDecimator& stage : stages_) {
        between_.clear();
        stage.process(in, between_);
        out_.swap(between_);
        in = out_;
    }
    return in;
}

void Decimator::reset()
{
    for (HalfbandDecimator& stage : stages_)
        stage.reset();
}

} // namespace depinsat::sync
