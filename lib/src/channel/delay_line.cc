#include "depinsat/channel/delay_line.h"

#include <algorithm>
#include <stdexcept>

namespace depinsat::channel {

DelayLine::DelayLine(size_t delay)
{
    if (delay > kMaxDelay)
        throw std::invalid_argument("DelayLine: delay must be at most 2^28 samples");
    ring_.resize(delay);
}

void DelayLine::process(std::span<Sample> samples)
{
    if (ring_.empty())
        return;
    while (!samples.empty()) {
        const size_t count = std::min(samples.size(), ring_.size() - position_);
        std::swap_ranges(samples.begin(), samples.begin() + ptrdiff_t(count),
                         ring_.begin() + ptrdiff_t(position_));
        position_ = (position_ + count) % ring_.size();
        samples = samples.subspan(count);
    }
}

} // namespace depinsat::channel
