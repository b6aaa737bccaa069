#include "channel/interpolator.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "channel/interpolator.cc" // compiled once per SIMD target
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace depinsat::channel::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

#if HWY_TARGET != HWY_SCALAR

using D = hn::CappedTag<float, 16>; // divides a row

/// Adds up the even lanes and the odd ones.
template <class Tag, class V = hn::Vec<Tag>>
HWY_INLINE void store_sums(Tag d, V sums, float* HWY_RESTRICT out)
{
    HWY_ALIGN float lanes[hn::MaxLanes(d)];
    if constexpr (hn::MaxLanes(d) > 4) {
        const hn::Half<Tag> half;
        store_sums(half, hn::Add(hn::LowerHalf(half, sums), hn::UpperHalf(half, sums)), out);
    } else {
        hn::Store(sums, d, lanes);
        out[0] = lanes[0] + lanes[2];
        out[1] = lanes[1] + lanes[3];
    }
}

#endif

HWY_INLINE void weigh(const float* HWY_RESTRICT low,
                      float part,
                      const float* HWY_RESTRICT window,
                      float* HWY_RESTRICT out)
{
    const float* HWY_RESTRICT high = low + kInterpolatorRow;
#if HWY_TARGET == HWY_SCALAR
    out[0] = out[1] = 0;
    for (size_t t = 0; t < kInterpolatorRow; ++t)
        out[t % 2] += (low[t] + part * (high[t] - low[t])) * window[t];
#else
    const D d;
    const auto share = hn::Set(d, part);
    auto sums = hn::Zero(d);
    for (size_t t = 0; t < kInterpolatorRow; t += hn::Lanes(d)) {
        const auto from = hn::LoadU(d, low + t);
        const auto weight = hn::MulAdd(share, hn::Sub(hn::LoadU(d, high + t), from), from);
        sums = hn::MulAdd(weight, hn::LoadU(d, window + t), sums);
    }
    store_sums(d, sums, out);
#endif
}

size_t interpolate(Interpolator& state, const float* window, size_t inputs, float* out)
{
    const float* const begin = out;
    double time = state.time;
    for (size_t n = 0; n < inputs; ++n, window += 2, time -= 1)
        for (; time < 1; time += state.step, out += 2) {
            const double position = time * state.phases;
            const auto phase = int(position);
            weigh(state.table + size_t(phase) * kInterpolatorRow, float(position - phase),
                  window, out);
        }
    state.time = time;
    return size_t(out - begin);
}

} // namespace depinsat::channel::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace depinsat::channel {

HWY_EXPORT(interpolate);

size_t interpolate(Interpolator& state, const float* window, size_t inputs, float* out)
{
    return HWY_DYNAMIC_DISPATCH(interpolate)(state, window, inputs, out);
}

} // namespace depinsat::channel
#endif
