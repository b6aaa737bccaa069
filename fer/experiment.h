#pragma once

#include <cstdint>

namespace depinsat::fer {

struct Counts {
    uint64_t frames = 0;
    uint64_t frame_errors = 0;      ///< messages that are not what was sent, noticed or not
    uint64_t undetected_errors = 0; ///< those of them that the decoder took for right
    uint64_t bit_errors = 0;
    uint64_t iterations = 0;

    Counts& operator+=(const Counts& other)
    {
        frames += other.frames;
        frame_errors += other.frame_errors;
        undetected_errors += other.undetected_errors;
        bit_errors += other.bit_errors;
        iterations += other.iterations;
        return *this;
    }
    friend bool operator==(const Counts&, const Counts&) = default;
};

/// Sends frames and counts those that are lost.
///
/// Seed      what a batch gives depends on its seed and length only, not on earlier ones.
/// Threads   one object per thread.
class Experiment
{
public:
    virtual ~Experiment() = default;

    /// Frames of a batch: enough that its start costs nothing.
    virtual unsigned batch() const = 0;

    /// @param frames  1 to batch().
    virtual Counts run(uint64_t seed, unsigned frames) = 0;
};

} // namespace depinsat::fer
