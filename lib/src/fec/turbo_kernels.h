#pragma once

#include "fec/turbo_trellis.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

// Max-log-MAP over the windows of a trellis, one a lane, one body for every SIMD target; all
// targets give the same numbers. Values are in units of 1/8 nat.
namespace depinsat::fec {

/// A message is cut into so many windows of one length, which are decoded side by side.
inline constexpr size_t kTurboWindows = 32;

/// Largest extrinsic value: bounds path metrics, so that 16 bits hold them.
inline constexpr int16_t kMaxExtrinsic = 256;

/// A bit is decided from here on: 5 nats. Where less is asked, up to nine in ten of the frames
/// that are lost (k = 1784, frame error rate 1e-2) are stopped a little too early.
inline constexpr int16_t kTurboDecided = 40;

/// Path metric of a state that can't be, relative to the one that is.
inline constexpr int16_t kImpossible = -8192;

/// Metrics of all states at one clock of each window: state * kTurboWindows + window.
using TurboMetrics = std::array<int16_t, kTurboStates * kTurboWindows>;

/// One encoder's half of an iteration. Value t of window w is at t * kTurboWindows + w.
struct TurboWork {
    const int16_t *systematic, *extrinsic_in;
    std::array<const int16_t*, 3> parity; ///< of generators 1, 2, 3
    unsigned generators;                  ///< bit g - 1: generator g is in use
    int16_t* extrinsic_out;
    int16_t* forward;          ///< scratch, (clocks + 1) * kTurboStates * kTurboWindows
    size_t clocks;             ///< of a window
    TurboMetrics *start, *end; ///< in: before the first, after the last clock; out: exchanged
};

/// Computes extrinsic values; leaves the metrics that it found at the first clock of each
/// window in `start` and those after the last in `end`.
void decode_windows(const TurboWork& work);

/// sum = a + b + c
void add_up(const int16_t* a, const int16_t* b, const int16_t* c, std::span<int16_t> sum);

/// The same; @return whether all sums are decided and have the signs of those before.
bool add_up_again(const int16_t* a, const int16_t* b, const int16_t* c, std::span<int16_t> sum);

} // namespace depinsat::fec
