#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace depinsat::space {

/// When a station's samples came in, so that the delay that a path really had can be measured.
///
/// Memory    the newest `capacity` messages, taken in the constructor.
class ArrivalLog
{
public:
    using Time = std::chrono::steady_clock::time_point;

    explicit ArrivalLog(size_t capacity);

    /// A message came with the samples from `first_sample` to before `end`; later calls have
    /// later samples.
    void note(uint64_t first_sample, uint64_t end, Time time);

    /// When `sample` came; nothing if it never did, or too long ago.
    std::optional<Time> time_of(uint64_t sample) const;

private:
    struct Entry {
        uint64_t first_sample = 0, end = 0;
        Time time;
    };
    std::vector<Entry> ring_; ///< entry n stands at n modulo its size
    uint64_t count_ = 0;
};

} // namespace depinsat::space
