#include "depinsat/modulation/pulse_shaper.h"

#include "depinsat/modulation/root_raised_cosine.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <stdexcept>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "modulation/pulse_shaper.cc" // compiled once per SIMD target
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace depinsat::modulation::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// y[j] = sum over k of taps[k] * x[j + 2 k]: I and Q alternate. Whole vectors only, so that
// each output is computed in the same way wherever a piece ends; reads and writes up to four
// vectors beyond `count`.
void filter(const float* HWY_RESTRICT x,
            size_t count,
            const float* HWY_RESTRICT taps,
            size_t tap_count,
            float* HWY_RESTRICT y)
{
    const hn::CappedTag<float, 16> d;
    const size_t lanes = hn::Lanes(d);
    for (size_t j = 0; j < count; j += 4 * lanes) {
        auto y0 = hn::Zero(d), y1 = y0, y2 = y0, y3 = y0;
        for (size_t k = 0; k < tap_count; ++k) {
            const auto tap = hn::Set(d, taps[k]);
            const float* from = x + j + 2 * k;
            y0 = hn::MulAdd(tap, hn::LoadU(d, from), y0);
            y1 = hn::MulAdd(tap, hn::LoadU(d, from + lanes), y1);
            y2 = hn::MulAdd(tap, hn::LoadU(d, from + 2 * lanes), y2);
            y3 = hn::MulAdd(tap, hn::LoadU(d, from + 3 * lanes), y3);
        }
        hn::StoreU(y0, d, y + j);
        hn::StoreU(y1, d, y + j + lanes);
        hn::StoreU(y2, d, y + j + 2 * lanes);
        hn::StoreU(y3, d, y + j + 3 * lanes);
    }
}

} // namespace depinsat::modulation::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace depinsat::modulation {

HWY_EXPORT(filter);

namespace {
constexpr size_t kPadding = 32; // symbols: four vectors of 16 floats
}

PulseShaper::PulseShaper(unsigned samples_per_symbol, double rolloff)
    : tap_count_(2 * root_raised_cosine_half_span(rolloff) + 1)
{
    if (samples_per_symbol < 2 || samples_per_symbol > 8)
        throw std::invalid_argument("PulseShaper: samples_per_symbol must be 2 to 8");
    const auto prototype = root_raised_cosine(samples_per_symbol, rolloff);
    const float gain = std::sqrt(float(samples_per_symbol));
    phases_.assign(samples_per_symbol, std::vector<float>(tap_count_));
    for (size_t i = 0; i < prototype.size(); ++i)
        phases_[i % samples_per_symbol][tap_count_ - 1 - i / samples_per_symbol] =
            prototype[i] * gain;
    history_.resize(tap_count_ - 1 + kBlock + kPadding);
    static_assert(kBlock % kPadding == 0 && kBlock + kPadding <= 2 * kBlock);
}

void PulseShaper::process(std::span<const Sample> symbols, std::span<Sample> samples)
{
    assert(samples.size() == symbols.size() * samples_per_symbol());
    for (Sample* out = samples.data(); !symbols.empty();) {
        const size_t count = std::min(symbols.size(), kBlock);
        process_block(symbols.first(count), out);
        out += count * samples_per_symbol();
        symbols = symbols.subspan(count);
    }
}

void PulseShaper::process_block(std::span<const Sample> symbols, Sample* samples)
{
    const size_t past = tap_count_ - 1, count = symbols.size(), stride = phases_.size();
    std::copy(symbols.begin(), symbols.end(), history_.begin() + past);
    for (size_t phase = 0; phase < stride; ++phase) {
        HWY_DYNAMIC_DISPATCH(filter)
        (reinterpret_cast<const float*>(history_.data()), 2 * count, phases_[phase].data(),
         tap_count_, reinterpret_cast<float*>(phase_output_.data()));
        for (size_t i = 0; i < count; ++i)
            samples[i * stride + phase] = phase_output_[i];
    }
    std::copy_n(history_.begin() + count, past, history_.begin());
}

void PulseShaper::reset()
{
    std::fill(history_.begin(), history_.end(), Sample{});
}

} // namespace depinsat::modulation
#endif
