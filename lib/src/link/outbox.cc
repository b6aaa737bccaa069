#include "outbox.h"

#include "peer_clock.h"

#include <algorithm>

namespace depinsat::link {

Outbox::Place Outbox::place(MessageId id, const Entry& entry) const
{
    return {entry.deadline, id};
}

std::set<Outbox::Place>& Outbox::ready_of(const Entry& entry)
{
    return ready_[size_t(entry.message.message_class)];
}

void Outbox::make_ready(MessageId id, Entry& entry)
{
    if (!entry.closed)
        ready_of(entry).insert(place(id, entry));
}

void Outbox::wait(Entry& entry, size_t more, size_t less)
{
    entry.waiting += more - less;
    waiting_[size_t(entry.message.message_class)] += more - less;
}

void Outbox::add(MessageId id, Message message, Time deadline, Time last_chance, bool exposed)
{
    bytes_ += queued_bytes(message);
    Entry entry;
    if (message.key) {
        message.bytes.insert(message.bytes.begin(), message.key->begin(), message.key->end());
        bytes_ += message.key->size();
        entry.keyed = true;
    }
    entry.message = std::move(message);
    entry.deadline = deadline;
    entry.due = last_chance;
    entry.exposed = exposed;
    entry.never_sent = std::max<size_t>(entry.size(), 1);
    wait(entry, entry.size(), 0);
    make_ready(id, entry);
    dues_.insert({entry.due, id});
    entries_.emplace(id, std::move(entry));
}

bool Outbox::may_start() const
{
    const uint64_t oldest = on_wire_.empty() ? next_wire_id_ : on_wire_.begin()->first;
    return next_wire_id_ - std::min(oldest, known_end_) < kMaxIdLead;
}

const Outbox::Place* Outbox::head_place(Class c) const
{
    const auto& ready = ready_[size_t(c)];
    const bool may = ready.empty() || may_start();
    if (may && !several_)
        return ready.empty() ? nullptr : &*ready.begin();
    size_t withheld = withheld_[size_t(c)];
    for (const Place& place : ready) {
        const bool started = may || entries_.at(place.second).wire_id.has_value();
        if (!started || !goes_here(place))
            continue;
        if (withheld-- == 0)
            return &place;
    }
    return nullptr;
}

// A copy waits for another path than the first one's for a while; and nothing goes where it
// would be late.
bool Outbox::goes_here(const Place& place) const
{
    if (!several_)
        return true;
    const Entry& entry = entries_.at(place.second);
    if (place.first - transit_ < now_)
        return false;
    const bool copy = entry.copy_due && entry.lost.empty();
    return !copy || entry.last_path != path_ || now_ >= entry.elsewhere_until;
}

void Outbox::fill_on(unsigned path, Time now, Time transit)
{
    several_ = true;
    path_ = path;
    now_ = now;
    transit_ = transit;
    withheld_ = {};
}

size_t Outbox::waiting_at_head(Class c) const
{
    const Place* head = head_place(c);
    return head ? entries_.at(head->second).waiting + kSegmentHeaderBytes : 0;
}

std::optional<Time> Outbox::head(Class c) const
{
    const Place* place = head_place(c);
    return place ? std::optional(place->first) : std::nullopt;
}

bool Outbox::ready() const
{
    if (entries_.empty())
        return false; // as most are at a gateway
    for (size_t c = 0; c < kClasses; ++c)
        if (head_place(Class(c)))
            return true;
    return false;
}

size_t Outbox::waiting_before(Class c, Time deadline) const
{
    size_t bytes = 0;
    for (const auto& [due, id] : ready_[size_t(c)]) {
        if (due > deadline)
            break;
        bytes += entries_.at(id).waiting;
    }
    return bytes;
}

Outbox::Range Outbox::next_range(const Entry& entry) const
{
    if (!entry.lost.empty())
        return entry.lost.back();
    if (entry.copy_due)
        return {0, entry.size(), false};
    return {entry.next, entry.size() - entry.next, true};
}

/// @param room  for the bytes alone.
std::optional<Outbox::Range> Outbox::fitting(const Entry& entry, Range range, size_t room) const
{
    const size_t fits = std::min(room, kMaxSegmentBytes);
    if (range.length > fits)
        range.length = uint32_t(fits - fits % kSegmentGrain);
    if (range.length == 0 && entry.size() != 0)
        return std::nullopt;
    return range;
}

void Outbox::consume(Entry& entry, const Range& range)
{
    if (!entry.lost.empty()) {
        Range& lost = entry.lost.back();
        lost.offset += range.length;
        lost.length -= range.length;
        if (lost.length == 0)
            entry.lost.pop_back();
    } else if (entry.copy_due) {
        consume_copy(entry, range);
        return;
    } else {
        entry.next += range.length;
    }
    wait(entry, 0, range.length);
    if (range.fresh)
        entry.never_sent -= std::max<size_t>(range.length, entry.size() == 0);
}

// Its first may have gone in a longer frame: what does not fit follows as what was lost does.
void Outbox::consume_copy(Entry& entry, const Range& range)
{
    entry.copy_due = false;
    const uint32_t rest = entry.size() - range.length;
    if (rest == 0)
        return;
    entry.lost.push_back({range.length, rest, false});
    wait(entry, rest, 0);
}

void Outbox::plan_copy(MessageId id, Entry& entry, Time now)
{
    if (entry.copies_left == 0)
        return;
    copies_.erase({entry.next_copy, id});
    entry.next_copy = now + entry.apart;
    copies_.insert({entry.next_copy, id});
}

void Outbox::cancel_copies(MessageId id, Entry& entry)
{
    copies_.erase({entry.next_copy, id});
    entry.copies_left = 0;
    entry.copy_due = false;
}

void Outbox::release_copies(Time now)
{
    while (!copies_.empty() && copies_.begin()->first <= now) {
        const MessageId id = copies_.begin()->second;
        copies_.erase(copies_.begin());
        Entry& entry = entries_.at(id);
        --entry.copies_left;
        entry.copy_due = true;
        make_ready(id, entry);
    }
}

std::optional<Outbox::Taken>
Outbox::take(Class c, size_t room, Time now, Copies copies, const PeerClock& clock)
{
    const Place* head = head_place(c);
    if (!head)
        return std::nullopt;
    const auto [deadline, id] = *head;
    Entry& entry = entries_.at(id);
    const Range next = next_range(entry);
    Segment segment;
    if (next.offset == 0)
        segment.deadline = clock.deadline_on_wire(entry.deadline, now);
    const size_t header = segment_header_bytes(segment);
    const auto range = room < header ? std::nullopt : fitting(entry, next, room - header);
    if (!range)
        return std::nullopt;
    if (!entry.wire_id) {
        entry.wire_id = next_wire_id_++;
        on_wire_.emplace(*entry.wire_id, id);
    }
    const bool copy = entry.lost.empty() && entry.copy_due;
    consume(entry, *range);
    if (!copy && range->length == entry.size() && copies.count > 1) {
        entry.copies_left = copies.count - 1;
        entry.apart = copies.elsewhere ? Time::zero() : copies.apart;
        entry.copied = true;
        entry.whole = entry.in_flight == 0;
    }
    entry.last_path = path_;
    entry.elsewhere_until = copies.elsewhere ? now + copies.apart : Time::min();
    entry.whole &= range->length == entry.size();
    plan_copy(id, entry, now);
    ++entry.in_flight;
    if (entry.all_taken() && !entry.copy_due)
        ready_of(entry).erase({deadline, id});

    segment.message_id = uint32_t(*entry.wire_id % kMessageIds);
    segment.offset = range->offset;
    segment.last = range->offset + range->length == entry.size();
    segment.keyed = entry.keyed;
    segment.message_class = c;
    segment.kind = entry.message.kind;
    segment.bytes = std::span(entry.message.bytes).subspan(range->offset, range->length);
    return Taken{{id, *entry.wire_id, range->offset, range->length, range->fresh}, segment};
}

} // namespace depinsat::link
