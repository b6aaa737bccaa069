#include "fec/turbo_kernels.h"

#include <cassert>
#include <utility>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "fec/turbo_kernels.cc" // compiled once per SIMD target
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace depinsat::fec::turbo::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using D = hn::CappedTag<int16_t, kTurboWindows>;
using V = hn::Vec<D>;

#define DEPINSAT_INLINE_LAMBDA HWY_ATTR __attribute__((always_inline))

/// Calls f with the constants 0 to 7.
template <class F>
HWY_INLINE void for_each_of_8(F&& f)
{
    [&]<size_t... kX>(std::index_sequence<kX...>) DEPINSAT_INLINE_LAMBDA
    {
        (f(std::integral_constant<size_t, kX>()), ...);
    }
    (std::make_index_sequence<8>());
}

/// State 2 x + d leads to state 8 a + x, where a is the bit that enters. What goes out while
/// state 2 x leads to state x, apart from the sign of the message bit, x % 2.
struct Branch {
    bool message, parity[3]; // relative to the message bit

    constexpr explicit Branch(size_t x) : message(x & 1), parity{}
    {
        const bool x1 = x >> 2 & 1, x2 = x >> 1 & 1, x3 = x & 1; // D, D^2, D^3
        parity[0] = x1;
        parity[1] = x2 != x3;
        parity[2] = x1 != x2;
    }

    constexpr size_t key(unsigned generators) const
    {
        return (parity[0] | size_t(parity[1]) << 1 | size_t(parity[2]) << 2) & generators;
    }

    static constexpr bool is_first_of_its_key(size_t x, unsigned generators)
    {
        for (size_t before = 0; before < x; ++before)
            if (Branch(before).key(generators) == Branch(x).key(generators))
                return false;
        return true;
    }
};

/// Sums of the parity LLRs with all signs, by key.
template <unsigned kGenerators>
struct ParityMetrics {
    V sum[8];

    HWY_INLINE ParityMetrics(const TurboWork& work, size_t at)
    {
        const D d;
        V parity[3];
        for (size_t g = 0; g < 3; ++g)
            parity[g] = kGenerators >> g & 1 ? hn::Load(d, work.parity[g] + at) : hn::Zero(d);
        for_each_of_8([&](auto key) DEPINSAT_INLINE_LAMBDA {
            if constexpr ((key & ~kGenerators) == 0) {
                V total = hn::Zero(d);
                for (size_t g = 0; g < 3; ++g)
                    if (kGenerators >> g & 1)
                        total = key >> g & 1 ? hn::Sub(total, parity[g])
                                             : hn::Add(total, parity[g]);
                sum[key] = total;
            }
        });
    }
};

/// Twice the metric is what counts: a branch adds or takes off each LLR, instead of half of it.
template <bool kTakeOff>
HWY_INLINE V branch(V metric, V llrs)
{
    return kTakeOff ? hn::Sub(metric, llrs) : hn::Add(metric, llrs);
}

template <unsigned kGenerators>
struct Windows {
    const TurboWork& work;
    size_t first; // window in lane 0
    D d{};
    size_t lanes = hn::Lanes(D());
    size_t states = kTurboStates * lanes;
    static constexpr size_t kNormalised = 8; // clocks between

    HWY_INLINE V message_metric(size_t at) const
    {
        return hn::Add(hn::Load(d, work.systematic + at), hn::Load(d, work.extrinsic_in + at));
    }

    HWY_INLINE void forward_clock(size_t t)
    {
        const size_t at = t * kTurboWindows + first;
        const int16_t* before = work.forward + t * states;
        int16_t* after = work.forward + (t + 1) * states;
        const V message = message_metric(at);
        const ParityMetrics<kGenerators> parity(work, at);
        const V base = t % kNormalised == 0 ? hn::Load(d, before) : hn::Zero(d);
        for_each_of_8([&](auto x) DEPINSAT_INLINE_LAMBDA {
            constexpr Branch kBranch(x);
            const V llrs = hn::Add(message, parity.sum[kBranch.key(kGenerators)]);
            const V even = hn::Sub(hn::Load(d, before + 2 * x * lanes), base);
            const V odd = hn::Sub(hn::Load(d, before + (2 * x + 1) * lanes), base);
            hn::Store(hn::Max(branch<kBranch.message>(even, llrs),
                              branch<!kBranch.message>(odd, llrs)),
                      d, after + x * lanes);
            hn::Store(hn::Max(branch<!kBranch.message>(even, llrs),
                              branch<kBranch.message>(odd, llrs)),
                      d, after + (8 + x) * lanes);
        });
    }

    /// From the metrics after a clock to those before it, and what the parity says about its
    /// message bit.
    HWY_INLINE void backward_clock(size_t t, const int16_t* after, int16_t* before)
    {
        const size_t at = t * kTurboWindows + first;
        const int16_t* forward = work.forward + t * states;
        const V message = message_metric(at);
        const ParityMetrics<kGenerators> parity(work, at);
        const V base = t % kNormalised == 0 ? hn::Load(d, after) : hn::Zero(d);
        V zero[8], one[8]; // best paths with that message bit, by key
        for_each_of_8([&](auto x) DEPINSAT_INLINE_LAMBDA {
            constexpr Branch kBranch(x);
            constexpr size_t kKey = kBranch.key(kGenerators);
            const V llrs = hn::Add(message, parity.sum[kKey]);
            const V to_x = hn::Sub(hn::Load(d, after + x * lanes), base);
            const V to_8 = hn::Sub(hn::Load(d, after + (8 + x) * lanes), base);
            hn::Store(hn::Max(branch<kBranch.message>(to_x, llrs),
                              branch<!kBranch.message>(to_8, llrs)),
                      d, before + 2 * x * lanes);
            hn::Store(hn::Max(branch<!kBranch.message>(to_x, llrs),
                              branch<kBranch.message>(to_8, llrs)),
                      d, before + (2 * x + 1) * lanes);
            const V even = hn::Load(d, forward + 2 * x * lanes);
            const V odd = hn::Load(d, forward + (2 * x + 1) * lanes);
            const V same = hn::Max(hn::Add(even, to_x), hn::Add(odd, to_8));
            const V other = hn::Max(hn::Add(odd, to_x), hn::Add(even, to_8));
            const V with_zero = kBranch.message ? other : same;
            const V with_one = kBranch.message ? same : other;
            constexpr bool kFirst = Branch::is_first_of_its_key(x, kGenerators);
            zero[kKey] = kFirst ? with_zero : hn::Max(zero[kKey], with_zero);
            one[kKey] = kFirst ? with_one : hn::Max(one[kKey], with_one);
        });
        V best_zero = hn::Add(zero[0], parity.sum[0]),
          best_one = hn::Sub(one[0], parity.sum[0]);
        for_each_of_8([&](auto key) DEPINSAT_INLINE_LAMBDA {
            if constexpr (key != 0 && (key & ~kGenerators) == 0) {
                best_zero = hn::Max(best_zero, hn::Add(zero[key], parity.sum[key]));
                best_one = hn::Max(best_one, hn::Sub(one[key], parity.sum[key]));
            }
        });
        hn::Store(scaled(hn::SaturatedSub(best_zero, best_one)), d, work.extrinsic_out + at);
    }

    /// Half of the difference, since metrics count twice, times 3/4, since the best path
    /// overstates what all paths say.
    HWY_INLINE V scaled(V difference) const
    {
        const V value = hn::MulFixedPoint15(difference, hn::Set(d, 32768 * 3 / 8));
        return hn::Min(hn::Max(value, hn::Set(d, -kMaxExtrinsic)), hn::Set(d, kMaxExtrinsic));
    }

    HWY_INLINE void decode()
    {
        const auto row = [&](TurboMetrics& metrics, size_t state) {
            return metrics.data() + state * kTurboWindows + first;
        };
        for (size_t s = 0; s < kTurboStates; ++s)
            hn::Store(hn::LoadU(d, row(*work.start, s)), d, work.forward + s * lanes);
        for (size_t t = 0; t < work.clocks; ++t)
            forward_clock(t);
        alignas(64) int16_t metrics[2][kTurboStates * kTurboWindows];
        for (size_t s = 0; s < kTurboStates; ++s)
            hn::Store(hn::LoadU(d, row(*work.end, s)), d, metrics[0] + s * lanes);
        for (size_t t = work.clocks, side = 0; t-- > 0; side ^= 1)
            backward_clock(t, metrics[side], metrics[side ^ 1]);
        for (size_t s = 0; s < kTurboStates; ++s) {
            const int16_t* last = work.forward + work.clocks * states + s * lanes;
            hn::StoreU(hn::Load(d, last), d, row(*work.end, s));
            hn::StoreU(hn::Load(d, metrics[work.clocks % 2] + s * lanes), d,
                       row(*work.start, s));
        }
    }
};

template <unsigned kGenerators>
void decode_with(const TurboWork& work)
{
    for (size_t first = 0; first < kTurboWindows; first += hn::Lanes(D()))
        Windows<kGenerators>{.work = work, .first = first}.decode();
}

void decode_all(const TurboWork& work)
{
    switch (work.generators) { // what an encoder of the standard sends
    case 0b001:
        return decode_with<0b001>(work);
    case 0b101:
        return decode_with<0b101>(work);
    case 0b110:
        return decode_with<0b110>(work);
    case 0b111:
        return decode_with<0b111>(work);
    default:
        assert(false);
    }
}

void add_three(const int16_t* a, const int16_t* b, const int16_t* c, int16_t* sum, size_t count)
{
    const D d;
    for (size_t i = 0; i < count; i += hn::Lanes(d))
        hn::Store(hn::Add(hn::Add(hn::Load(d, a + i), hn::Load(d, b + i)), hn::Load(d, c + i)),
                  d, sum + i);
}

bool add_three_again(
    const int16_t* a, const int16_t* b, const int16_t* c, int16_t* sum, size_t count)
{
    const D d;
    auto differ = hn::Zero(d);
    for (size_t i = 0; i < count; i += hn::Lanes(d)) {
        const auto now =
            hn::Add(hn::Add(hn::Load(d, a + i), hn::Load(d, b + i)), hn::Load(d, c + i));
        const auto unsure = hn::Sub(hn::Abs(now), hn::Set(d, kTurboDecided)); // if negative
        differ = hn::Or(differ, hn::Or(unsure, hn::Xor(now, hn::Load(d, sum + i))));
        hn::Store(now, d, sum + i);
    }
    return hn::AllFalse(d, hn::Lt(differ, hn::Zero(d)));
}

} // namespace depinsat::fec::turbo::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace depinsat::fec::turbo {
HWY_EXPORT(decode_all);
HWY_EXPORT(add_three);
HWY_EXPORT(add_three_again);
} // namespace depinsat::fec::turbo

namespace depinsat::fec {
using namespace turbo;

void decode_windows(const TurboWork& work)
{
    HWY_DYNAMIC_DISPATCH(decode_all)(work);
}

void add_up(const int16_t* a, const int16_t* b, const int16_t* c, std::span<int16_t> sum)
{
    HWY_DYNAMIC_DISPATCH(add_three)(a, b, c, sum.data(), sum.size());
}

bool add_up_again(const int16_t* a, const int16_t* b, const int16_t* c, std::span<int16_t> sum)
{
    return HWY_DYNAMIC_DISPATCH(add_three_again)(a, b, c, sum.data(), sum.size());
}

} // namespace depinsat::fec
#endif
