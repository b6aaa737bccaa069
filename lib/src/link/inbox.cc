#include "inbox.h"

#include <algorithm>

namespace depinsat::link {

uint64_t Inbox::full_id(uint32_t low_id) const
{
    // The number nearest to the latest one that has these low bits.
    uint64_t expected = std::max(done_.end(), forgotten_.end());
    if (!entries_.empty())
        expected = std::max(expected, entries_.rbegin()->first + 1);
    uint64_t id = expected / kMessageIds * kMessageIds + low_id;
    if (id > expected + kMessageIds / 2 && id >= kMessageIds)
        id -= kMessageIds;
    else if (id + kMessageIds / 2 < expected)
        id += kMessageIds;
    return id;
}

Inbox::Fate Inbox::take(const Segment& segment,
                        std::optional<Time> deadline,
                        Time now,
                        std::optional<Message>& whole)
{
    const uint64_t id = full_id(segment.message_id);
    if (done_.contains(id) || done_.forgotten(id))
        return late_.contains(id) ? Fate::kLate : Fate::kDuplicate;
    if (forgotten_.contains(id))
        return Fate::kForgotten;
    const auto known = entries_.find(id);
    if (known == entries_.end() && segment.offset == 0 && segment.last) {
        Message message;
        message.message_class = segment.message_class;
        message.kind = segment.kind;
        message.deadline = deadline;
        message.bytes.assign(segment.bytes.begin(), segment.bytes.end());
        return deliver(id, std::move(message), segment.keyed, now, whole);
    }
    const auto it = known != entries_.end() ? known : entries_.emplace(id, Entry()).first;
    it->second.touched = now;
    if (deadline)
        it->second.message.deadline = deadline;
    if (!store(it->second, segment)) {
        forget(it);
        return Fate::kForgotten;
    }
    const Entry& entry = it->second;
    if (entry.size && entry.ranges.size() == 1 && entry.ranges.begin()->first == 0 &&
        entry.ranges.begin()->second == *entry.size) {
        bytes_ -= entry.message.bytes.size();
        Message message = std::move(it->second.message);
        const bool keyed = it->second.keyed;
        remove(it);
        return deliver(id, std::move(message), keyed, now, whole);
    }
    make_room(id);
    return Fate::kTaken;
}

Inbox::Fate Inbox::deliver(
    uint64_t id, Message message, bool keyed, Time now, std::optional<Message>& whole)
{
    done_.insert(id);
    if (message.deadline && *message.deadline < now) {
        note_late(id);
        return Fate::kLate;
    }
    if (keyed) {
        MessageKey key;
        if (message.bytes.size() < key.size())
            return Fate::kDuplicate; // a peer gone mad: nothing to deliver
        std::copy_n(message.bytes.begin(), key.size(), key.begin());
        message.bytes.erase(message.bytes.begin(), message.bytes.begin() + key.size());
        message.key = key;
    }
    whole = std::move(message);
    return Fate::kTaken;
}

void Inbox::note_late(uint64_t id)
{
    ++late_count_;
    late_.insert(id);
    if (late_.size() > kMaxLate)
        late_.erase(late_.begin());
}

void Inbox::skip(uint32_t low_id)
{
    const uint64_t id = full_id(low_id);
    while (!entries_.empty() && entries_.begin()->first < id)
        remove(entries_.begin());
    done_.advance(id);
}

bool Inbox::store(Entry& entry, const Segment& segment)
{
    auto& bytes = entry.message.bytes;
    const auto end = uint32_t(segment.offset + segment.bytes.size());
    if (segment.last) {
        if ((entry.size && *entry.size != end) || bytes.size() > end)
            return false;
        entry.size = end;
    }
    if (entry.size && end > *entry.size)
        return false;
    if (segment.offset == 0) {
        entry.message.kind = segment.kind;
        entry.message.message_class = segment.message_class;
        entry.keyed = segment.keyed;
    }
    if (end > bytes.size()) {
        bytes_ += end - bytes.size();
        bytes.resize(end);
    }
    std::ranges::copy(segment.bytes, bytes.begin() + segment.offset);
    return add_range(entry, segment.offset, end);
}

bool Inbox::add_range(Entry& entry, uint32_t begin, uint32_t end)
{
    auto& ranges = entry.ranges;
    auto it = ranges.upper_bound(begin);
    if (it != ranges.begin() && std::prev(it)->second >= begin)
        --it;
    while (it != ranges.end() && it->first <= end) {
        begin = std::min(begin, it->first);
        end = std::max(end, it->second);
        it = ranges.erase(it);
        --ranges_;
    }
    ranges.emplace(begin, end);
    ++ranges_;
    return ranges.size() <= kMaxRangesOfMessage;
}

void Inbox::remove(Entries::iterator it)
{
    bytes_ -= it->second.message.bytes.size();
    ranges_ -= it->second.ranges.size();
    entries_.erase(it);
}

void Inbox::forget(Entries::iterator it)
{
    forgotten_.insert(it->first);
    remove(it);
}

void Inbox::make_room(uint64_t except)
{
    while (bytes_ > kMaxUnfinishedBytes || ranges_ > kMaxUnfinishedRanges ||
           entries_.size() > kMaxUnfinishedMessages) {
        auto oldest = entries_.end();
        for (auto it = entries_.begin(); it != entries_.end(); ++it)
            if (it->first != except &&
                (oldest == entries_.end() || it->second.touched < oldest->second.touched))
                oldest = it;
        if (oldest == entries_.end())
            return; // one message alone is below the limit
        forget(oldest);
    }
}

void Inbox::forget_stale(Time now)
{
    for (auto it = entries_.begin(); it != entries_.end();) {
        const auto stale = it++;
        if (stale->second.touched + kUnfinishedLife <= now)
            forget(stale);
    }
}

Time Inbox::next_timer() const
{
    Time next = Time::max();
    for (const auto& [id, entry] : entries_)
        next = std::min(next, entry.touched + kUnfinishedLife);
    return next;
}

} // namespace depinsat::link
