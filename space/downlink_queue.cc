#include "space/downlink_queue.h"

#include <algorithm>
#include <cassert>

namespace depinsat::space {

DownlinkQueue::DownlinkQueue(size_t capacity, size_t max_credit)
    : ring_(capacity), max_credit_(max_credit)
{}

uint64_t DownlinkQueue::push(std::span<const Sample> samples)
{
    assert(samples.size() <= ring_.size());
    for (const Sample sample : samples) {
        ring_[tail_ % ring_.size()] = sample;
        ++tail_;
    }
    const uint64_t dropped = size() > ring_.size() ? size() - ring_.size() : 0;
    head_ += dropped;
    return dropped;
}

void DownlinkQueue::add_credit(uint64_t samples)
{
    credit_ =
        std::min<uint64_t>(max_credit_, credit_ + std::min<uint64_t>(samples, max_credit_));
}

void DownlinkQueue::restart()
{
    head_ = tail_;
    credit_ = 0;
}

std::span<const Sample> DownlinkQueue::front(size_t max) const
{
    const size_t at = head_ % ring_.size();
    const size_t count = std::min({max, size(), size_t(credit_), ring_.size() - at});
    return std::span(ring_).subspan(at, count);
}

void DownlinkQueue::pop(size_t count)
{
    assert(count <= size() && count <= credit_);
    head_ += count;
    credit_ -= count;
}

} // namespace depinsat::space
