#include "fec/viterbi_kernel.h"

#include <algorithm>
#include <cstdlib>

#ifndef DEPINSAT_FEC_VITERBI_MAGNITUDES // this file includes itself
#define DEPINSAT_FEC_VITERBI_MAGNITUDES
namespace depinsat::fec {
struct Magnitudes {
    uint64_t sum, count; // of the LLRs that are not zero
};
} // namespace depinsat::fec
#endif

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "fec/viterbi_branches.cc" // compiled once per SIMD target
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace depinsat::fec::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

#if HWY_TARGET == HWY_SCALAR

Magnitudes measure(const int8_t* llrs, size_t count)
{
    Magnitudes all{};
    for (size_t i = 0; i < count; ++i) {
        all.sum += uint64_t(std::abs(int(llrs[i])));
        all.count += llrs[i] != 0;
    }
    return all;
}

inline int scaled(int difference, int gain)
{
    const int metric = (difference * 128 * gain + 32768) >> 16;
    return std::clamp(metric, -kBranchLimit, kBranchLimit);
}

void to_branches(const int8_t* llrs,
                 size_t steps,
                 bool invert_c2,
                 int16_t gain,
                 uint32_t* branch,
                 uint64_t* drift)
{
    for (size_t t = 0; t < steps; ++t) {
        const int c1 = llrs[2 * t], c2 = invert_c2 ? -llrs[2 * t + 1] : llrs[2 * t + 1];
        const int same = scaled(c1 + c2, gain), apart = scaled(c1 - c2, gain);
        branch[t] = uint32_t(uint8_t(same)) | uint32_t(uint8_t(apart)) << 8 |
                    uint32_t(uint8_t(-apart)) << 16 | uint32_t(uint8_t(-same)) << 24;
        const auto best = uint64_t(std::max(std::abs(same), std::abs(apart)));
        drift[t / 4] = (t % 4 == 0 ? 0 : drift[t / 4]) + best * 0x01010101u;
    }
}

#else

using Lanes16 = hn::CappedTag<int16_t, 32>;

Magnitudes measure(const int8_t* llrs, size_t count)
{
    const hn::CappedTag<int8_t, 64> d;
    const hn::RebindToUnsigned<decltype(d)> du;
    const hn::Repartition<uint64_t, decltype(d)> d64;
    const auto one = hn::Set(du, 1);
    auto sum = hn::Zero(d64), nonzero = hn::Zero(d64);
    size_t i = 0;
    for (; i + hn::Lanes(d) <= count; i += hn::Lanes(d)) {
        const auto magnitude = hn::BitCast(du, hn::Abs(hn::LoadU(d, llrs + i)));
        sum = hn::Add(sum, hn::SumsOf8(magnitude));
        nonzero = hn::Add(nonzero, hn::SumsOf8(hn::Min(magnitude, one)));
    }
    Magnitudes all{hn::GetLane(hn::SumOfLanes(d64, sum)),
                   hn::GetLane(hn::SumOfLanes(d64, nonzero))};
    for (; i < count; ++i) {
        all.sum += uint64_t(std::abs(int(llrs[i])));
        all.count += llrs[i] != 0;
    }
    return all;
}

template <class V>
HWY_INLINE V scaled(V difference, V gain)
{
    const Lanes16 d;
    const auto metric = hn::MulFixedPoint15(hn::ShiftLeft<6>(difference), gain);
    return hn::Min(hn::Max(metric, hn::Set(d, -kBranchLimit)), hn::Set(d, kBranchLimit));
}

// The sum of four neighbours, in each of the lower four bytes of a word.
template <class V>
HWY_INLINE auto four_together(V best)
{
    const hn::Repartition<uint32_t, Lanes16> d32;
    const hn::Repartition<uint64_t, Lanes16> d64;
    const auto in_words = hn::BitCast(d32, best);
    const auto pairs = hn::BitCast(d64, hn::Add(in_words, hn::ShiftRight<16>(in_words)));
    auto sum = hn::And(hn::Add(pairs, hn::ShiftRight<32>(pairs)), hn::Set(d64, 0xFF));
    sum = hn::Or(sum, hn::ShiftLeft<8>(sum));
    return hn::Or(sum, hn::ShiftLeft<16>(sum));
}

void to_branches(const int8_t* llrs,
                 size_t steps,
                 bool invert_c2,
                 int16_t gain_value,
                 uint32_t* branch,
                 uint64_t* drift)
{
    const Lanes16 d;
    const hn::RebindToUnsigned<Lanes16> du;
    const hn::Repartition<uint64_t, Lanes16> d64;
    const auto gain = hn::Set(d, gain_value), sign = hn::Set(d, invert_c2 ? -1 : 0);
    const auto byte = hn::Set(d, 0xFF);
    for (size_t t = 0; t < steps; t += hn::Lanes(d)) {
        const auto both = hn::LoadU(d, reinterpret_cast<const int16_t*>(llrs + 2 * t));
        const auto c1 = hn::ShiftRight<8>(hn::ShiftLeft<8>(both));
        const auto c2 = hn::Sub(hn::Xor(hn::ShiftRight<8>(both), sign), sign);
        const auto same = scaled(hn::Add(c1, c2), gain), apart = scaled(hn::Sub(c1, c2), gain);
        const auto low = hn::Or(hn::And(same, byte), hn::ShiftLeft<8>(apart));
        const auto high =
            hn::Or(hn::And(hn::Neg(apart), byte), hn::ShiftLeft<8>(hn::Neg(same)));
        hn::StoreInterleaved2(hn::BitCast(du, low), hn::BitCast(du, high), du,
                              reinterpret_cast<uint16_t*>(branch + t));
        const auto best = hn::Max(hn::Abs(same), hn::Abs(apart));
        hn::StoreU(four_together(best), d64, drift + t / 4);
    }
}

#endif

} // namespace depinsat::fec::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace depinsat::fec {

HWY_EXPORT(measure);
HWY_EXPORT(to_branches);

namespace {
// Twice the mean of a step's largest metric. Found by trial at rates 1/2 to 7/8: more clips
// strong LLRs, less rounds weak ones away.
constexpr uint64_t kMeanMetricHalves = 17;
} // namespace

void prepare_branches(const ConvolutionalCode& code,
                      const int8_t* llrs,
                      size_t steps,
                      BranchMetrics out)
{
    const auto all = HWY_DYNAMIC_DISPATCH(measure)(llrs, 2 * steps);
    // Half the sum of a step's two LLRs, times gain / 256, is its metric.
    const uint64_t wanted = all.count * 2 * code.period * kMeanMetricHalves;
    const uint64_t had = all.sum * coded_bits(code, code.period);
    const uint64_t gain = had == 0 ? 0 : 128 * wanted / had;
    const size_t padded = (steps + kTrellisPadding - 1) / kTrellisPadding * kTrellisPadding;
    HWY_DYNAMIC_DISPATCH(to_branches)
    (llrs, padded, code.invert_c2, int16_t(gain), out.branch, out.drift);
}

} // namespace depinsat::fec
#endif
