#include "space/uplink.h"

#include <algorithm>
#include <bit>
#include <cassert>

namespace depinsat::space {

Uplink::Uplink(size_t history, size_t outstanding)
    : ring_(std::bit_ceil(history + outstanding)), outstanding_(outstanding)
{}

void Uplink::start(uint64_t now)
{
    clear(now);
    granted_from_ = granted_end_ = next_;
    active_ = true;
}

std::optional<Uplink::Grant> Uplink::grant(uint64_t now)
{
    const uint64_t end = std::min(now, next_ + outstanding_);
    if (!active_ || end <= granted_end_)
        return std::nullopt;
    const Grant grant{granted_end_, end - granted_end_};
    granted_end_ = end;
    return grant;
}

Uplink::Verdict Uplink::accept(uint64_t first_sample, std::span<const Sample> samples)
{
    const uint64_t end = first_sample + samples.size();
    if (first_sample < granted_from_)
        return Verdict::kLate;
    if (!active_)
        return end <= granted_end_ ? Verdict::kLate : Verdict::kRefused;
    if (first_sample != next_ || end > granted_end_)
        return Verdict::kRefused;
    write(first_sample, samples);
    next_ = end;
    return Verdict::kAccepted;
}

uint64_t Uplink::fill(uint64_t due)
{
    if (due <= next_)
        return 0;
    const uint64_t missing = due - next_;
    if (granted_end_ > next_)
        active_ = false;
    clear(due);
    granted_end_ = std::max(granted_end_, next_);
    return missing;
}

void Uplink::write(uint64_t first, std::span<const Sample> samples)
{
    while (!samples.empty()) {
        const size_t at = first & (ring_.size() - 1);
        const size_t count = std::min(samples.size(), ring_.size() - at);
        std::copy_n(samples.begin(), count, ring_.begin() + ptrdiff_t(at));
        first += count;
        samples = samples.subspan(count);
    }
}

void Uplink::clear(uint64_t end)
{
    if (end <= next_)
        return;
    const uint64_t count = std::min<uint64_t>(end - next_, ring_.size());
    for (uint64_t n = end - count; n < end; ++n)
        ring_[n & (ring_.size() - 1)] = {};
    next_ = end;
}

void Uplink::read(int64_t first, std::span<Sample> out) const
{
    const size_t before = first < 0 ? std::min(out.size(), size_t(-first)) : 0;
    std::fill_n(out.begin(), before, Sample());
    out = out.subspan(before);
    uint64_t n = first < 0 ? 0 : uint64_t(first);
    assert(out.empty() || (n + out.size() <= next_ && next_ - n <= ring_.size()));
    while (!out.empty()) {
        const size_t at = n & (ring_.size() - 1);
        const size_t count = std::min(out.size(), ring_.size() - at);
        std::copy_n(ring_.begin() + ptrdiff_t(at), count, out.begin());
        n += count;
        out = out.subspan(count);
    }
}

} // namespace depinsat::space
