#include "fec/viterbi_kernel.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <cstring>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "fec/viterbi_kernel.cc" // compiled once per SIMD target
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "fec/viterbi_states-inl.h"

HWY_BEFORE_NAMESPACE();
namespace depinsat::fec::HWY_NAMESPACE {

// Step t; kPhase is t mod 6.
template <int kPhase>
HWY_INLINE void step(States& states, const Trellis& trellis, size_t t)
{
    add_compare_select<5 - kPhase % 6>(states, trellis.branch[t], &trellis.decisions[t]);
}

// Four steps from t, forwards or backwards, then the drift of all four is taken back.
template <int kPhase, bool kForward>
HWY_INLINE void four_steps(States& states, const Trellis& trellis, size_t t)
{
    if constexpr (kForward) {
        step<kPhase>(states, trellis, t);
        step<kPhase + 1>(states, trellis, t + 1);
        step<kPhase + 2>(states, trellis, t + 2);
        step<kPhase + 3>(states, trellis, t + 3);
    } else {
        step<kPhase + 3>(states, trellis, t + 3);
        step<kPhase + 2>(states, trellis, t + 2);
        step<kPhase + 1>(states, trellis, t + 1);
        step<kPhase>(states, trellis, t);
    }
    subtract(states, uint32_t(trellis.drift[t / 4]));
}

// One block. The metrics only fall; what they have fallen is given back in the middle, measured
// at the start so that nobody waits for it. Two halves in a loop: more code would only be
// slower to compile.
template <bool kForward>
HWY_INLINE void block(States& states, const Trellis& trellis, size_t t)
{
    const auto fallen = below_top(states);
    for (size_t half = 0; half < 2; ++half) {
        if (half == 1)
            raise(states, fallen);
        if constexpr (kForward) {
            four_steps<0, true>(states, trellis, t + 12 * half);
            four_steps<4, true>(states, trellis, t + 12 * half + 4);
            four_steps<2, true>(states, trellis, t + 12 * half + 8);
        } else {
            four_steps<2, false>(states, trellis, t + 20 - 12 * half);
            four_steps<4, false>(states, trellis, t + 16 - 12 * half);
            four_steps<0, false>(states, trellis, t + 12 - 12 * half);
        }
    }
}

// Steps of an incomplete block at the end.
void single_step_back(States& states, const Trellis& trellis, size_t t)
{
    const uint32_t branch = trellis.branch[t];
    uint64_t* decision = &trellis.decisions[t];
    switch (5 - t % 6) {
    case 0:
        add_compare_select<0>(states, branch, decision);
        break;
    case 1:
        add_compare_select<1>(states, branch, decision);
        break;
    case 2:
        add_compare_select<2>(states, branch, decision);
        break;
    case 3:
        add_compare_select<3>(states, branch, decision);
        break;
    case 4:
        add_compare_select<4>(states, branch, decision);
        break;
    default:
        add_compare_select<5>(states, branch, decision);
        break;
    }
    const auto metric = [branch](int i) {
        return int(int8_t(branch >> (8 * i)));
    };
    const int best = std::max({metric(0), metric(1), metric(2), metric(3)});
    subtract(states, uint32_t(best) * 0x01010101u);
    raise(states, below_top(states));
}

// Metrics of both ends at time `middle`.
void run_both_ways(const Trellis& trellis, size_t middle, int8_t* forward, int8_t* backward)
{
    States from_start = load(forward), from_end = load(backward);
    size_t t = trellis.steps;
    for (; t % kTrellisBlock != 0; --t)
        single_step_back(from_end, trellis, t - 1);
    size_t done = 0;
    for (; done < middle && t > middle; done += kTrellisBlock) {
        t -= kTrellisBlock;
        block<true>(from_start, trellis, done);
        block<false>(from_end, trellis, t);
    }
    for (; done < middle; done += kTrellisBlock)
        block<true>(from_start, trellis, done);
    for (; t > middle; t -= kTrellisBlock)
        block<false>(from_end, trellis, t - kTrellisBlock);
    store(from_start, forward);
    store(from_end, backward);
}

} // namespace depinsat::fec::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace depinsat::fec {

HWY_EXPORT(run_both_ways);

namespace {

// The decision bit of a lane says that the path comes from the other lane of the pair. Half of
// these bits are ones, in no order: a branch here costs more than the whole recursion, and
// compilers insist on one.
template <int kPlace>
inline uint64_t follow(uint64_t lane, uint64_t decisions)
{
#if defined(__x86_64__) && defined(__GNUC__)
    const uint64_t other = lane ^ (uint64_t(1) << kPlace);
    asm("bt %[lane], %[decisions]\n\tcmovc %[other], %[lane]"
        : [lane] "+r"(lane)
        : [decisions] "r"(decisions), [other] "r"(other)
        : "cc");
    return lane;
#else
    return lane ^ (decisions >> lane & 1) << kPlace;
#endif
}

// Six bits of message: the lane number before `t`, given the one after.
inline uint64_t follow_back(uint64_t lane, const uint64_t* decisions)
{
    lane = follow<0>(lane, decisions[5]);
    lane = follow<1>(lane, decisions[4]);
    lane = follow<2>(lane, decisions[3]);
    lane = follow<3>(lane, decisions[2]);
    lane = follow<4>(lane, decisions[1]);
    return follow<5>(lane, decisions[0]);
}

inline uint64_t follow_on(uint64_t lane, const uint64_t* decisions)
{
    lane = follow<5>(lane, decisions[0]);
    lane = follow<4>(lane, decisions[1]);
    lane = follow<3>(lane, decisions[2]);
    lane = follow<2>(lane, decisions[3]);
    lane = follow<1>(lane, decisions[4]);
    return follow<0>(lane, decisions[5]);
}

inline void put_block(uint8_t* bits, size_t t, uint64_t word)
{
    bits[t / 8] = uint8_t(word >> 16);
    bits[t / 8 + 1] = uint8_t(word >> 8);
    bits[t / 8 + 2] = uint8_t(word);
}

// The block that ends at `t`; @return the lane at its start.
inline uint64_t block_back(uint64_t lane, const uint64_t* decisions, size_t t, uint8_t* bits)
{
    uint64_t word = 0;
    for (unsigned i = 0; i < 4; ++i) {
        word |= lane << (6 * i);
        lane = follow_back(lane, decisions + t - 6 * (i + 1));
    }
    put_block(bits, t - kTrellisBlock, word);
    return lane;
}

// The block that starts at `t`; @return the lane at its end.
inline uint64_t block_on(uint64_t lane, const uint64_t* decisions, size_t t, uint8_t* bits)
{
    uint64_t word = 0;
    for (unsigned i = 0; i < 4; ++i) {
        lane = follow_on(lane, decisions + t + 6 * i);
        word = word << 6 | lane;
    }
    put_block(bits, t, word);
    return lane;
}

// The incomplete block at the end.
void rest_on(uint64_t lane, const Trellis& trellis, size_t t, uint8_t* bits)
{
    uint64_t word = 0;
    const size_t start = t;
    for (; t < trellis.steps; ++t) {
        const unsigned place = unsigned(5 - t % 6);
        lane ^= (trellis.decisions[t] >> lane & 1) << place;
        word |= (lane >> place & 1) << (kTrellisBlock - 1 - (t - start));
    }
    if (t != start)
        put_block(bits, start, word);
}

void follow_both_ways(const Trellis& trellis, uint64_t lane, size_t middle, uint8_t* bits)
{
    uint64_t earlier = lane, later = lane;
    size_t back = middle, on = middle;
    const size_t whole = trellis.steps / kTrellisBlock * kTrellisBlock;
    for (; back > 0 && on < whole; back -= kTrellisBlock, on += kTrellisBlock) {
        earlier = block_back(earlier, trellis.decisions, back, bits);
        later = block_on(later, trellis.decisions, on, bits);
    }
    for (; back > 0; back -= kTrellisBlock)
        earlier = block_back(earlier, trellis.decisions, back, bits);
    for (; on < whole; on += kTrellisBlock)
        later = block_on(later, trellis.decisions, on, bits);
    rest_on(later, trellis, whole, bits);
}

std::array<int8_t, 64> metrics_of(int state)
{
    std::array<int8_t, 64> metrics;
    metrics.fill(state == kAnyState ? int8_t(kTopMetric) : int8_t(-128));
    if (state != kAnyState)
        metrics[size_t(state)] = kTopMetric;
    return metrics;
}

} // namespace

void find_path(const Trellis& trellis, uint8_t* bits)
{
    const size_t middle = trellis.steps / (2 * kTrellisBlock) * kTrellisBlock;
    alignas(64) auto forward = metrics_of(trellis.first_state);
    alignas(64) auto backward = metrics_of(trellis.last_state);
    HWY_DYNAMIC_DISPATCH(run_both_ways)(trellis, middle, forward.data(), backward.data());
    int best = -1000;
    uint64_t lane = 0;
    for (size_t i = 0; i < 64; ++i) {
        if (forward[i] + backward[i] > best) {
            best = forward[i] + backward[i];
            lane = i;
        }
    }
    follow_both_ways(trellis, lane, middle, bits);
}

} // namespace depinsat::fec
#endif
