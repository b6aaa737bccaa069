#include "sync/timing_kernels.h"

#include <cassert>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "sync/timing_kernels.cc" // compiled once per SIMD target
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace depinsat::sync::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

constexpr size_t kMostLanes = 16; // what FilterBank::floats is a multiple of

#if HWY_TARGET == HWY_SCALAR

void weigh(const float* x, const float* taps, size_t floats, float* output)
{
    float sums[kMostLanes] = {};
    for (size_t i = 0; i < floats; i += kMostLanes)
        for (size_t lane = 0; lane < kMostLanes; ++lane)
            sums[lane] += x[i + lane] * taps[i + lane];
    for (size_t width = kMostLanes / 2; width >= 2; width /= 2)
        for (size_t lane = 0; lane < width; ++lane)
            sums[lane] += sums[lane + width];
    output[0] = sums[0];
    output[1] = sums[1];
}

void weigh_twice(const float* x,
                 const float* taps0,
                 const float* taps1,
                 size_t floats,
                 float* output0,
                 float* output1)
{
    weigh(x, taps0, floats, output0);
    weigh(x, taps1, floats, output1);
}

void weigh_four(const FilterPlace* places,
                const float* samples,
                const float* taps,
                size_t floats,
                float* outputs)
{
    for (size_t n = 0; n < 4; ++n)
        weigh(samples + 2 * places[n].window, taps, floats, outputs + 2 * n);
}

#else

using Lanes = hn::CappedTag<float, kMostLanes>;

/// Adds up the pairs (I, Q) of a vector.
template <class D, class V>
HWY_INLINE void store_sum_of_pairs(D d, V sums, float* HWY_RESTRICT output)
{
    if constexpr (hn::MaxLanes(d) > 4) {
        const hn::Half<D> half;
        store_sum_of_pairs(half, hn::Add(hn::LowerHalf(half, sums), hn::UpperHalf(half, sums)),
                           output);
    } else {
        const auto sum = hn::Add(sums, hn::Shuffle1032(sums));
        hn::StoreU(hn::LowerHalf(sum), hn::Half<D>(), output);
    }
}

/// Two sums, so that an addition need not wait for the one before it.
HWY_INLINE void weigh(const float* HWY_RESTRICT x,
                      const float* HWY_RESTRICT taps,
                      size_t floats,
                      float* HWY_RESTRICT output)
{
    const Lanes d;
    const size_t lanes = hn::Lanes(d);
    auto even = hn::Zero(d), odd = hn::Zero(d);
    size_t i = 0;
    for (; i + 2 * lanes <= floats; i += 2 * lanes) {
        even = hn::MulAdd(hn::LoadU(d, x + i), hn::LoadU(d, taps + i), even);
        odd = hn::MulAdd(hn::LoadU(d, x + i + lanes), hn::LoadU(d, taps + i + lanes), odd);
    }
    if (i < floats)
        even = hn::MulAdd(hn::LoadU(d, x + i), hn::LoadU(d, taps + i), even);
    store_sum_of_pairs(d, hn::Add(even, odd), output);
}

/// As weigh() at four places, in the same order, so that the sums are the same: taps are loaded
/// once for all of them.
HWY_INLINE void weigh_four(const FilterPlace* places,
                           const float* HWY_RESTRICT samples,
                           const float* HWY_RESTRICT taps,
                           size_t floats,
                           float* HWY_RESTRICT outputs)
{
    const Lanes d;
    const size_t lanes = hn::Lanes(d);
    const float *x0 = samples + 2 * places[0].window, *x1 = samples + 2 * places[1].window;
    const float *x2 = samples + 2 * places[2].window, *x3 = samples + 2 * places[3].window;
    auto even0 = hn::Zero(d), even1 = even0, even2 = even0, even3 = even0;
    auto odd0 = even0, odd1 = even0, odd2 = even0, odd3 = even0;
    size_t i = 0;
    for (; i + 2 * lanes <= floats; i += 2 * lanes) {
        const auto weights = hn::LoadU(d, taps + i), next = hn::LoadU(d, taps + i + lanes);
        even0 = hn::MulAdd(hn::LoadU(d, x0 + i), weights, even0);
        even1 = hn::MulAdd(hn::LoadU(d, x1 + i), weights, even1);
        even2 = hn::MulAdd(hn::LoadU(d, x2 + i), weights, even2);
        even3 = hn::MulAdd(hn::LoadU(d, x3 + i), weights, even3);
        odd0 = hn::MulAdd(hn::LoadU(d, x0 + i + lanes), next, odd0);
        odd1 = hn::MulAdd(hn::LoadU(d, x1 + i + lanes), next, odd1);
        odd2 = hn::MulAdd(hn::LoadU(d, x2 + i + lanes), next, odd2);
        odd3 = hn::MulAdd(hn::LoadU(d, x3 + i + lanes), next, odd3);
    }
    if (i < floats) {
        const auto weights = hn::LoadU(d, taps + i);
        even0 = hn::MulAdd(hn::LoadU(d, x0 + i), weights, even0);
        even1 = hn::MulAdd(hn::LoadU(d, x1 + i), weights, even1);
        even2 = hn::MulAdd(hn::LoadU(d, x2 + i), weights, even2);
        even3 = hn::MulAdd(hn::LoadU(d, x3 + i), weights, even3);
    }
    store_sum_of_pairs(d, hn::Add(even0, odd0), outputs);
    store_sum_of_pairs(d, hn::Add(even1, odd1), outputs + 2);
    store_sum_of_pairs(d, hn::Add(even2, odd2), outputs + 4);
    store_sum_of_pairs(d, hn::Add(even3, odd3), outputs + 6);
}

HWY_INLINE void weigh_twice(const float* HWY_RESTRICT x,
                            const float* HWY_RESTRICT taps0,
                            const float* HWY_RESTRICT taps1,
                            size_t floats,
                            float* HWY_RESTRICT output0,
                            float* HWY_RESTRICT output1)
{
    const Lanes d;
    const size_t lanes = hn::Lanes(d);
    auto even0 = hn::Zero(d), even1 = even0, odd0 = even0, odd1 = even0;
    size_t i = 0;
    for (; i + 2 * lanes <= floats; i += 2 * lanes) {
        const auto samples = hn::LoadU(d, x + i), next = hn::LoadU(d, x + i + lanes);
        even0 = hn::MulAdd(samples, hn::LoadU(d, taps0 + i), even0);
        even1 = hn::MulAdd(samples, hn::LoadU(d, taps1 + i), even1);
        odd0 = hn::MulAdd(next, hn::LoadU(d, taps0 + i + lanes), odd0);
        odd1 = hn::MulAdd(next, hn::LoadU(d, taps1 + i + lanes), odd1);
    }
    if (i < floats) {
        const auto samples = hn::LoadU(d, x + i);
        even0 = hn::MulAdd(samples, hn::LoadU(d, taps0 + i), even0);
        even1 = hn::MulAdd(samples, hn::LoadU(d, taps1 + i), even1);
    }
    store_sum_of_pairs(d, hn::Add(even0, odd0), output0);
    store_sum_of_pairs(d, hn::Add(even1, odd1), output1);
}

#endif

/// Whether the next four places share their filter: most do, since the clock moves slowly.
bool are_four_alike(std::span<const FilterPlace> places)
{
    return places.size() >= 4 && places[0].phase == places[1].phase &&
           places[0].phase == places[2].phase && places[0].phase == places[3].phase;
}

void filter_all(std::span<const FilterPlace> places,
                const float* samples,
                const FilterBank& bank,
                float* outputs)
{
    while (!places.empty()) {
        const float* taps = bank.taps + places[0].phase * bank.floats;
        const size_t count = are_four_alike(places) ? 4 : 1;
        if (count == 4)
            weigh_four(places.data(), samples, taps, bank.floats, outputs);
        else
            weigh(samples + 2 * places[0].window, taps, bank.floats, outputs);
        places = places.subspan(count);
        outputs += 2 * count;
    }
}

void filter_all_twice(std::span<const FilterPlace> places,
                      const float* samples,
                      const FilterBank& bank0,
                      const FilterBank& bank1,
                      float* outputs0,
                      float* outputs1)
{
    for (const auto& place : places) {
        const size_t first = place.phase * bank0.floats;
        weigh_twice(samples + 2 * place.window, bank0.taps + first, bank1.taps + first,
                    bank0.floats, outputs0, outputs1);
        outputs0 += 2;
        outputs1 += 2;
    }
}

} // namespace depinsat::sync::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace depinsat::sync {

HWY_EXPORT(filter_all);
HWY_EXPORT(filter_all_twice);

namespace {

const float* components(const Sample* x)
{
    return reinterpret_cast<const float*>(x);
}

float* components(Sample* x)
{
    return reinterpret_cast<float*>(x);
}

} // namespace

void filter_windows(std::span<const FilterPlace> places,
                    const Sample* samples,
                    const FilterBank& bank,
                    Sample* outputs)
{
    assert(bank.floats % 16 == 0);
    HWY_DYNAMIC_DISPATCH(filter_all)(places, components(samples), bank, components(outputs));
}

void filter_windows(std::span<const FilterPlace> places,
                    const Sample* samples,
                    const FilterBank& bank0,
                    const FilterBank& bank1,
                    Sample* outputs0,
                    Sample* outputs1)
{
    assert(bank0.floats % 16 == 0 && bank0.floats == bank1.floats);
    HWY_DYNAMIC_DISPATCH(filter_all_twice)
    (places, components(samples), bank0, bank1, components(outputs0), components(outputs1));
}

} // namespace depinsat::sync
#endif
