#include "sent_log.h"

#include <algorithm>

namespace depinsat::link {
namespace {

constexpr size_t kMaxLate = 1024;

// A modem that stood still for a while is no long round trip.
constexpr std::chrono::seconds kMaxSample{5};

} // namespace

void RoundTrip::measured(Time sample)
{
    sample = std::min<Time>(sample, kMaxSample + least_);
    if (!smoothed_) {
        smoothed_ = sample;
        variation_ = sample / 2;
    } else {
        const Time off = *smoothed_ > sample ? *smoothed_ - sample : sample - *smoothed_;
        variation_ += (off - variation_) / 4;
        *smoothed_ += (sample - *smoothed_) / 8;
    }
    timeout_ = std::max(least_, *smoothed_ + 4 * variation_);
}

void SentLog::sent(uint32_t counter, Time now)
{
    if (const auto it = in_flight_.find(counter); it != in_flight_.end())
        it->second.since = now;
}

std::optional<SentPacket> SentLog::take(uint32_t counter)
{
    auto node = in_flight_.extract(counter);
    return node ? std::optional(std::move(node.mapped())) : std::nullopt;
}

std::vector<SentPacket> SentLog::acknowledge(const Ack& ack, Time now)
{
    std::vector<SentPacket> packets;
    const uint32_t latest = ack.ranges[0].last; // it prompted the acknowledgement, most likely
    std::optional<Time> sample;
    for (const AckRange& range : ack.all()) {
        auto it = in_flight_.lower_bound(range.first);
        while (it != in_flight_.end() && it->first <= range.last) {
            if (it->first == latest && it->second.wants_ack)
                sample = now - it->second.since;
            acknowledged_end_ = std::max(acknowledged_end_, uint64_t(it->first) + 1);
            packets.push_back(std::move(it->second));
            it = in_flight_.erase(it);
        }
        auto late = late_.lower_bound(range.first);
        while (late != late_.end() && late->first <= range.last) {
            if (late->first == latest)
                sample = now - late->second;
            late = late_.erase(late);
        }
    }
    if (sample && *sample > Time::zero())
        round_trip_.measured(*sample);
    return packets;
}

std::vector<SentPacket> SentLog::take_lost(Time now)
{
    std::vector<SentPacket> lost;
    for (auto it = in_flight_.begin(); it != in_flight_.end();) {
        const bool overtaken = it->first + uint64_t(kReorderMargin) < acknowledged_end_;
        const bool timed_out = it->second.since + timeout() <= now;
        if (!overtaken && !timed_out)
            break; // later ones are younger
        if (it->second.wants_ack) {
            keep_late(it->first, it->second.since);
            lost.push_back(std::move(it->second));
        }
        it = in_flight_.erase(it);
    }
    return lost;
}

void SentLog::keep_late(uint32_t counter, Time since)
{
    late_.emplace(counter, since);
    if (late_.size() > kMaxLate)
        late_.erase(late_.begin());
}

std::vector<SentPacket> SentLog::clear()
{
    std::vector<SentPacket> lost;
    for (auto& [counter, packet] : in_flight_)
        lost.push_back(std::move(packet));
    in_flight_.clear();
    late_.clear();
    acknowledged_end_ = 0;
    return lost;
}

Time SentLog::next_timer() const
{
    return in_flight_.empty() ? Time::max() : in_flight_.begin()->second.since + timeout();
}

} // namespace depinsat::link
