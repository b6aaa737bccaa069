#pragma once

#include "depinsat/core/types.h"

#include <cstdint>
#include <span>
#include <vector>

namespace depinsat::space {

/// Samples on their way to a station, which takes them by credit; the oldest are dropped where
/// it does not.
///
/// Memory    taken in the constructor.
class DownlinkQueue
{
public:
    /// @param capacity     samples that wait at most
    /// @param max_credit   most samples that a station may be owed
    DownlinkQueue(size_t capacity, size_t max_credit);

    /// The next samples of the downlink. @return how many old ones were dropped for them.
    uint64_t push(std::span<const Sample> samples);

    void add_credit(uint64_t samples);

    /// A new station: nothing waits, nothing is granted.
    void restart();

    /// The oldest samples, in one piece, at most `max` and what the credit allows.
    std::span<const Sample> front(size_t max) const;
    /// Number of the first sample of front().
    uint64_t first_sample() const { return head_; }
    /// Takes so many samples of front() away, and off the credit.
    void pop(size_t count);

    /// Whether nothing is dropped for so many more.
    bool has_room(size_t samples) const { return size() + samples <= ring_.size(); }

    size_t size() const { return tail_ - head_; }

private:
    std::vector<Sample> ring_; ///< sample n stands at n modulo its size
    size_t max_credit_;
    uint64_t head_ = 0, tail_ = 0, credit_ = 0;
};

} // namespace depinsat::space
