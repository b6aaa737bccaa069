#include "space/arrival_log.h"

#include <algorithm>

namespace depinsat::space {

ArrivalLog::ArrivalLog(size_t capacity) : ring_(capacity) {}

void ArrivalLog::note(uint64_t first_sample, uint64_t end, Time time)
{
    ring_[count_++ % ring_.size()] = {first_sample, end, time};
}

std::optional<ArrivalLog::Time> ArrivalLog::time_of(uint64_t sample) const
{
    // Entries are in the order of their samples: a binary search over the numbers of entries.
    uint64_t low = count_ - std::min<uint64_t>(count_, ring_.size()), high = count_;
    while (low < high) {
        const uint64_t middle = low + (high - low) / 2;
        if (ring_[middle % ring_.size()].end <= sample)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == count_ || ring_[low % ring_.size()].first_sample > sample)
        return std::nullopt;
    return ring_[low % ring_.size()].time;
}

} // namespace depinsat::space
