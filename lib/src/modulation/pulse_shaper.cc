#include "depinsat/modulation/pulse_shaper.h"

#include "copy_sample.h"
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

// Two phases of each symbol: y0[j] = sum over k of taps0[k] * x[j + 2 k], and y1 likewise; I
// and Q alternate. Together, since loading the symbols costs more than multiplying them. Whole
// vectors only, so that each output is computed in the same way wherever a piece ends; reads
// and writes up to four vectors beyond `count`.
void filter(const float* HWY_RESTRICT x,
            size_t count,
            const float* HWY_RESTRICT taps0,
            const float* HWY_RESTRICT taps1,
            size_t tap_count,
            float* HWY_RESTRICT y0,
            float* HWY_RESTRICT y1)
{
    const hn::CappedTag<float, 16> d;
    const size_t lanes = hn::Lanes(d);
    for (size_t j = 0; j < count; j += 4 * lanes) {
        auto a0 = hn::Zero(d), a1 = a0, a2 = a0, a3 = a0, b0 = a0, b1 = a0, b2 = a0, b3 = a0;
        for (size_t k = 0; k < tap_count; ++k) {
            const auto tap0 = hn::Set(d, taps0[k]), tap1 = hn::Set(d, taps1[k]);
            const float* from = x + j + 2 * k;
            const auto x0 = hn::LoadU(d, from), x1 = hn::LoadU(d, from + lanes);
            const auto x2 = hn::LoadU(d, from + 2 * lanes);
            const auto x3 = hn::LoadU(d, from + 3 * lanes);
            a0 = hn::MulAdd(tap0, x0, a0);
            b0 = hn::MulAdd(tap1, x0, b0);
            a1 = hn::MulAdd(tap0, x1, a1);
            b1 = hn::MulAdd(tap1, x1, b1);
            a2 = hn::MulAdd(tap0, x2, a2);
            b2 = hn::MulAdd(tap1, x2, b2);
            a3 = hn::MulAdd(tap0, x3, a3);
            b3 = hn::MulAdd(tap1, x3, b3);
        }
        hn::StoreU(a0, d, y0 + j);
        hn::StoreU(a1, d, y0 + j + lanes);
        hn::StoreU(a2, d, y0 + j + 2 * lanes);
        hn::StoreU(a3, d, y0 + j + 3 * lanes);
        hn::StoreU(b0, d, y1 + j);
        hn::StoreU(b1, d, y1 + j + lanes);
        hn::StoreU(b2, d, y1 + j + 2 * lanes);
        hn::StoreU(b3, d, y1 + j + 3 * lanes);
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
    const auto floats = [](auto& array) {
        return reinterpret_cast<float*>(array.data());
    };
    for (size_t phase = 0; phase < stride; phase += 2) {
        const size_t second =
            std::min(phase + 1, stride - 1); // of an odd number the last twice
        HWY_DYNAMIC_DISPATCH(filter)
        (floats(history_), 2 * count, phases_[phase].data(), phases_[second].data(), tap_count_,
         floats(first_output_), floats(second_output_));
        for (size_t i = 0; i < count; ++i) {
            copy_sample(first_output_[i], samples[i * stride + phase]);
            copy_sample(second_output_[i], samples[i * stride + second]);
        }
    }
    std::copy_n(history_.begin() + count, past, history_.begin());
}

void PulseShaper::reset()
{
    std::fill(history_.begin(), history_.end(), Sample{});
}

} // namespace depinsat::modulation
#endif
