#include "sent_log.h"

#include <algorithm>

namespace depinsat::link {
namespace {

constexpr size_t kMaxLate = 1024;
constexpr size_t kProbes = 2;
constexpr unsigned kMaxDoublings = 6;

// A modem that stood still for a while is no long round trip.
constexpr std::chrono::seconds kMaxSample{5};

} // namespace

void RoundTrip::measured(Time sample)
{
    sample = std::min<Time>(sample, kMaxSample + timeout_);
    if (!smoothed_) {
        smoothed_ = sample;
        variation_ = sample / 2;
    } else {
        const Time off = *smoothed_ > sample ? *smoothed_ - sample : sample - *smoothed_;
        variation_ += (off - variation_) / 4;
        *smoothed_ += (sample - *smoothed_) / 8;
    }
    timeout_ = *smoothed_ + std::max(margin_, 4 * variation_);
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
            if (it->second.wants_ack)
                loss_.arrived();
            reached_ |= it->second.wants_ack;
            packets.push_back(std::move(it->second));
            it = in_flight_.erase(it);
        }
        auto late = late_.lower_bound(range.first);
        while (late != late_.end() && late->first <= range.last) {
            if (late->first == latest)
                sample = now - late->second;
            reached_ = true;
            late = late_.erase(late);
        }
    }
    if (!packets.empty()) {
        probes_ = 0;
        progress_ = now;
    }
    if (sample && *sample > Time::zero())
        round_trip_.measured(*sample);
    return packets;
}

std::vector<SentPacket> SentLog::take_lost()
{
    std::vector<SentPacket> lost;
    for (auto it = in_flight_.begin(); it != in_flight_.end();) {
        if (it->first + uint64_t(reorder_packets_) >= acknowledged_end_)
            break;
        if (it->second.wants_ack) {
            loss_.lost();
            keep_late(it->first, it->second.since);
            lost.push_back(std::move(it->second));
        }
        it = in_flight_.erase(it);
    }
    return lost;
}

std::vector<SentPacket> SentLog::take_probes(Time now, bool all)
{
    std::vector<SentPacket> probes;
    if (next_timer(all) > now)
        return probes;
    for (auto it = in_flight_.begin();
         it != in_flight_.end() && (all || probes.size() < kProbes);) {
        if (it->second.since + timeout() > now)
            break;
        if (it->second.wants_ack) {
            keep_late(it->first, it->second.since);
            probes.push_back(std::move(it->second));
        }
        it = in_flight_.erase(it);
    }
    if (!probes.empty()) {
        progress_ = now;
        probes_ = all ? std::max(probes_, 1u) : std::min(probes_ + 1, kMaxDoublings);
    }
    return probes;
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
    probes_ = 0;
    return lost;
}

Time SentLog::next_timer(bool all) const
{
    if (in_flight_.empty())
        return Time::max();
    const Time first = in_flight_.begin()->second.since + timeout();
    return probes_ && !all ? std::max(first, progress_ + timeout() * (1 << probes_)) : first;
}

} // namespace depinsat::link
