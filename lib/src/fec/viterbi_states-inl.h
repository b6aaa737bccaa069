// Metrics of 64 states in vectors, for one SIMD target: included once for each.
#if defined(DEPINSAT_FEC_VITERBI_STATES_INL) == defined(HWY_TARGET_TOGGLE)
#ifdef DEPINSAT_FEC_VITERBI_STATES_INL
#undef DEPINSAT_FEC_VITERBI_STATES_INL
#else
#define DEPINSAT_FEC_VITERBI_STATES_INL
#endif

#include <hwy/highway.h>

#include "fec/viterbi_kernel.h"

#include <algorithm>
#include <array>
#include <cstdint>

#ifndef DEPINSAT_FEC_VITERBI_TABLES
#define DEPINSAT_FEC_VITERBI_TABLES
namespace depinsat::fec {

// After the drift of four steps is taken back no metric is above this, so that none ever
// reaches the upper end of int8; bad states may saturate at the lower one.
inline constexpr int kTopMetric = 127 - 4 * kBranchLimit;

struct TrellisTables {
    // For each place and lane the output C1 C2 of the branch that keeps the lane's own bit. The
    // newest and the oldest bit are tapped by both generators, so they cancel there, and the
    // other branch into the lane has the opposite output.
    alignas(64) int8_t output[6][64];
    alignas(64) int8_t swap1[64]; // byte shuffles that exchange neighbours
    alignas(64) int8_t swap2[64]; // and neighbouring pairs
};

constexpr TrellisTables make_trellis_tables()
{
    TrellisTables tables{};
    for (int place = 0; place < 6; ++place)
        for (int lane = 0; lane < 64; ++lane) {
            const auto bit = [=](int age) {
                return lane >> ((place + age) % 6) & 1;
            };
            const int c1 = bit(1) ^ bit(2) ^ bit(3); // 1111001
            const int c2 = bit(2) ^ bit(3) ^ bit(5); // 1011011
            tables.output[place][lane] = int8_t(2 * c1 + c2);
        }
    for (int lane = 0; lane < 64; ++lane) {
        tables.swap1[lane] = int8_t((lane & 15) ^ 1);
        tables.swap2[lane] = int8_t((lane & 15) ^ 2);
    }
    return tables;
}

inline constexpr TrellisTables kTrellisTables = make_trellis_tables();

} // namespace depinsat::fec
#endif

HWY_BEFORE_NAMESPACE();
namespace depinsat::fec::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

#if HWY_TARGET == HWY_SCALAR

struct States {
    std::array<int8_t, 64> at;
};

HWY_INLINE int8_t clamp(int value)
{
    return int8_t(value > 127 ? 127 : value < -128 ? -128 : value);
}

HWY_INLINE States load(const int8_t* from)
{
    States states;
    std::copy(from, from + 64, states.at.begin());
    return states;
}

HWY_INLINE void store(const States& states, int8_t* to)
{
    std::copy(states.at.begin(), states.at.end(), to);
}

template <int kPlace>
HWY_INLINE void add_compare_select(States& states, uint32_t branch, uint64_t* decisions)
{
    const States old = states;
    uint64_t from_other = 0;
    for (int lane = 0; lane < 64; ++lane) {
        const int metric = int8_t(branch >> (8 * kTrellisTables.output[kPlace][lane]));
        const int8_t own = clamp(old.at[lane] + metric);
        const int8_t other = clamp(old.at[lane ^ 1 << kPlace] - metric);
        from_other |= uint64_t(other > own) << lane;
        states.at[lane] = std::max(own, other);
    }
    *decisions = from_other;
}

HWY_INLINE void subtract(States& states, uint32_t same_bytes)
{
    for (auto& metric : states.at)
        metric = clamp(metric - int8_t(same_bytes));
}

HWY_INLINE int below_top(const States& states)
{
    return kTopMetric - *std::max_element(states.at.begin(), states.at.end());
}

HWY_INLINE void raise(States& states, int amount)
{
    for (auto& metric : states.at)
        metric = clamp(metric + amount);
}

#else

using Lanes8 = hn::CappedTag<int8_t, 64>;
using Metrics = hn::Vec<Lanes8>;
inline constexpr int kLanes = int(hn::MaxLanes(Lanes8()));
inline constexpr int kVectors = 64 / kLanes;

struct States {
    // Not left to the compiler: what it makes by itself is not for this target, on Arm.
    HWY_INLINE States() {}
    Metrics at[kVectors];
};

HWY_INLINE States load(const int8_t* from)
{
    States states;
    for (int i = 0; i < kVectors; ++i)
        states.at[i] = hn::LoadU(Lanes8(), from + i * kLanes);
    return states;
}

HWY_INLINE void store(const States& states, int8_t* to)
{
    for (int i = 0; i < kVectors; ++i)
        hn::StoreU(states.at[i], Lanes8(), to + i * kLanes);
}

// Exchanges lanes whose numbers differ in bit kPlace, within one vector.
template <int kPlace>
HWY_INLINE Metrics swap_lanes(Metrics v)
{
    const Lanes8 d;
    static_assert(1 << kPlace < kLanes);
    if constexpr (kPlace == 0)
        return hn::TableLookupBytes(v, hn::Load(d, kTrellisTables.swap1));
    else if constexpr (kPlace == 1)
        return hn::TableLookupBytes(v, hn::Load(d, kTrellisTables.swap2));
    else if constexpr (kPlace == 2)
        return hn::BitCast(d,
                           hn::Shuffle2301(hn::BitCast(hn::Repartition<int32_t, Lanes8>(), v)));
    else if constexpr (kPlace == 3)
        return hn::BitCast(d,
                           hn::Shuffle01(hn::BitCast(hn::Repartition<int64_t, Lanes8>(), v)));
    else if constexpr (1 << (kPlace + 1) == kLanes)
        return hn::ConcatLowerUpper(d, v, v);
    else
        return hn::SwapAdjacentBlocks(v);
}

template <int kPlace>
HWY_INLINE States exchange(const States& states)
{
    States out;
    for (int i = 0; i < kVectors; ++i)
        if constexpr (1 << kPlace >= kLanes)
            out.at[i] = states.at[i ^ ((1 << kPlace) / kLanes)];
        else
            out.at[i] = swap_lanes<kPlace>(states.at[i]);
    return out;
}

HWY_INLINE Metrics in_all_bytes(uint32_t bytes)
{
    return hn::BitCast(Lanes8(), hn::Set(hn::Repartition<uint32_t, Lanes8>(), bytes));
}

template <int kPlace>
HWY_INLINE void add_compare_select(States& states, uint32_t branch, uint64_t* decisions)
{
    const Lanes8 d;
    const Metrics metrics = in_all_bytes(branch);
    States other;
    for (int i = 0; i < kVectors; ++i) {
        const auto metric = hn::TableLookupBytes(
            metrics, hn::LoadU(d, kTrellisTables.output[kPlace] + i * kLanes));
        other.at[i] = hn::SaturatedSub(states.at[i], metric);
        states.at[i] = hn::SaturatedAdd(states.at[i], metric);
    }
    other = exchange<kPlace>(other);
    for (int i = 0; i < kVectors; ++i) {
        hn::StoreMaskBits(d, hn::Gt(other.at[i], states.at[i]),
                          reinterpret_cast<uint8_t*>(decisions) + i * kLanes / 8);
        states.at[i] = hn::Max(states.at[i], other.at[i]);
    }
}

HWY_INLINE void subtract(States& states, uint32_t same_bytes)
{
    const auto amount = in_all_bytes(same_bytes);
    for (auto& metrics : states.at)
        metrics = hn::SaturatedSub(metrics, amount);
}

HWY_INLINE void raise(States& states, Metrics amount)
{
    for (auto& metrics : states.at)
        metrics = hn::SaturatedAdd(metrics, amount);
}

template <int kPlace>
HWY_INLINE Metrics largest(Metrics v)
{
    if constexpr (1 << kPlace < kLanes)
        return largest<kPlace + 1>(hn::Max(v, swap_lanes<kPlace>(v)));
    else
        return v;
}

// How far the best metric is below kTopMetric, in every lane.
HWY_INLINE Metrics below_top(const States& states)
{
    Metrics best = states.at[0];
    for (int i = 1; i < kVectors; ++i)
        best = hn::Max(best, states.at[i]);
    return hn::SaturatedSub(hn::Set(Lanes8(), kTopMetric), largest<0>(best));
}

#endif

} // namespace depinsat::fec::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif
