#pragma once

#include "depinsat/fec/convolutional_code.h"

#include <cstddef>
#include <cstdint>

namespace depinsat::fec {

// The add-compare-select recursion of the 64-state trellis, int8, both ways at once.
//
// A state is the last six information bits. The bit of time t lies at place 5 - t mod 6 of the
// lane number, so step t works in place: lanes that differ in that place exchange. The forward
// and the backward recursion are then the same step in opposite order of time. They meet in the
// middle, where the best sum names the state of the most likely path; from there decisions are
// followed outwards. Two chains hide each other's latency, and the result is exact.

/// Largest branch metric: six steps with it, the farthest that two states can be apart, fit
/// into the range of the metrics.
inline constexpr int kBranchLimit = 15;

/// Steps are handled in blocks of this many: three bytes of message.
inline constexpr size_t kTrellisBlock = 24;

/// Arrays for this many steps are padded to a multiple of it.
inline constexpr size_t kTrellisPadding = 64;

/// What is known of the state at one end of a trellis.
inline constexpr int kAnyState = -1;

struct BranchMetrics {
    /// For each step four metrics, of the outputs C1 C2 = 00, 01, 10, 11; the first is the
    /// lowest byte.
    uint32_t* branch;
    /// For each four steps the sum of their largest metrics, in each of the lower four bytes.
    uint64_t* drift;
};

/// LLRs of all steps, two each, to branch metrics, scaled by the mean magnitude of the LLRs
/// that are not zero.
///
/// @param llrs  2 * steps values, readable to a multiple of 2 * kTrellisPadding.
/// @param out   written to a multiple of kTrellisPadding steps.
void prepare_branches(const ConvolutionalCode& code,
                      const int8_t* llrs,
                      size_t steps,
                      BranchMetrics out);

struct Trellis {
    const uint32_t* branch;
    const uint64_t* drift;
    uint64_t* decisions; ///< one word a step
    size_t steps;
    int first_state; ///< at time 0, or kAnyState
    int last_state;  ///< 0 or kAnyState
};

/// The most likely path: every step's bit, packed, most significant first.
///
/// @param bits  whole blocks of kTrellisBlock bits.
void find_path(const Trellis& trellis, uint8_t* bits);

} // namespace depinsat::fec
