#include "dvbs2_vlsnr_sampler.h"

#include "depinsat/modulation/root_raised_cosine.h"

#include <algorithm>
#include <cassert>
#include <cmath>

namespace depinsat::waveform {
namespace {

constexpr double kFine = 64;        // values of the pulse a symbol
constexpr double kHalfSymbols = 12; // of the filter: what is cut off lies below the noise

} // namespace

Dvbs2VlSnrSampler::Dvbs2VlSnrSampler(double samples_per_symbol, double rolloff)
    : samples_per_symbol_(samples_per_symbol),
      half_(size_t(std::ceil(kHalfSymbols * samples_per_symbol)))
{
    const auto pulse = modulation::root_raised_cosine(kFine, rolloff);
    const double middle = 0.5 * double(pulse.size() - 1);
    taps_.resize((2 * half_ + 1) * kPhases);
    for (unsigned phase = 0; phase < kPhases; ++phase) {
        float* taps = taps_.data() + phase * (2 * half_ + 1);
        double energy = 0;
        for (size_t k = 0; k <= 2 * half_; ++k) {
            const double distance = double(k) - double(half_) - double(phase) / kPhases;
            const double place = middle + distance * kFine / samples_per_symbol;
            const bool inside = place >= 0 && place <= 2 * middle;
            taps[k] = inside ? pulse[size_t(std::lround(place))] : 0.0f;
            energy += taps[k] * taps[k];
        }
        for (size_t k = 0; k <= 2 * half_; ++k)
            taps[k] /= float(std::sqrt(energy));
    }
}

void Dvbs2VlSnrSampler::drop_before(double time)
{
    const double first = std::floor(time) - double(half_) - 1 - double(dropped_);
    if (first <= 0)
        return;
    const size_t count = std::min(size_t(first), samples_.size());
    samples_.erase(samples_.begin(), samples_.begin() + ptrdiff_t(count));
    dropped_ += count;
}

Sample Dvbs2VlSnrSampler::at(double time) const
{
    const double rounded = std::round(time * kPhases);
    const auto whole = int64_t(std::floor(rounded / kPhases));
    const auto phase = size_t(rounded - double(whole) * kPhases);
    const int64_t first = whole - int64_t(half_) - int64_t(dropped_);
    assert(first >= 0 && size_t(first) + 2 * half_ < samples_.size());
    const float* taps = taps_.data() + phase * (2 * half_ + 1);
    const Sample* in = samples_.data() + first;
    float re = 0, im = 0;
    for (size_t k = 0; k <= 2 * half_; ++k) {
        re += taps[k] * in[k].real();
        im += taps[k] * in[k].imag();
    }
    return {re, im};
}

void Dvbs2VlSnrSampler::read(double first, double step, std::span<Sample> out) const
{
    for (size_t i = 0; i < out.size(); ++i)
        out[i] = at(first + step * double(i));
}

} // namespace depinsat::waveform
