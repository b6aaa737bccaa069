#pragma once

#include "depinsat/core/types.h"

#include <array>
#include <cstddef>
#include <span>

namespace depinsat::sync {

/// Takes DC and the image of a zero-IF radio away, blind: a signal whose carrier phase is as
/// often this as that has mean 0, and I and Q of equal power that know nothing of each other.
///
/// Measures in blocks of kBlock samples and averages over kAveraged of them; corrects from the
/// kSettling-th block on. A step of 6 dB between a block and the average begins again, since
/// the gain of the radio, and DC with it, may have changed.
///
/// Range     any DC below the signal's power; imbalance up to 6 dB or 30 degrees.
/// Accuracy  once kAveraged blocks are in: DC and image below -45 dB of the signal; shown by
///           sync/iq_corrector_test. Where neither is there, no more than that is added.
/// Costs     signals at 0 Hz: a carrier without modulation there is DC.
/// Cost      about 1 ns per sample.
class IqCorrector
{
public:
    static constexpr size_t kBlock = 1024;
    static constexpr unsigned kSettling = 32, kAveraged = 256;

    /// @param samples  in place, any number; the result does not depend on the cuts.
    void process(std::span<Sample> samples);

private:
    static constexpr size_t kLanes = 8; // samples that are summed apart

    void measure(std::span<const Sample> samples);
    void correct(std::span<Sample> samples) const;
    void finish_block();

    // Of i, q, i * i, q * q, i * q: sums over this block, and mean values.
    std::array<std::array<float, kLanes>, 5> lanes_{};
    std::array<double, 5> average_{};
    size_t filled_ = 0;
    unsigned blocks_ = 0;
    Sample dc_{}, image_{};
};

} // namespace depinsat::sync
