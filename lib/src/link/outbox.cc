#include "outbox.h"

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

void Outbox::add(MessageId id, Message message, Time deadline, Time last_chance)
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
    if (ready.empty() || may_start())
        return ready.empty() ? nullptr : &*ready.begin();
    const auto started = std::ranges::find_if(
        ready, [this](const Place& p) { return entries_.at(p.second).wire_id.has_value(); });
    return started == ready.end() ? nullptr : &*started;
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

std::optional<Outbox::Range> Outbox::next_range(const Entry& entry, size_t room) const
{
    Range range{entry.next, entry.size() - entry.next, true};
    if (!entry.lost.empty())
        range = entry.lost.back();
    else if (entry.copy_due)
        range = {0, entry.size(), false};
    if (room < kSegmentHeaderBytes)
        return std::nullopt;
    const size_t fits = std::min(room - kSegmentHeaderBytes, kMaxSegmentBytes);
    if (range.length > fits && entry.lost.empty() && entry.copy_due)
        return std::nullopt; // a copy is whole
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
        entry.copy_due = false;
        return;
    } else {
        entry.next += range.length;
    }
    wait(entry, 0, range.length);
    if (range.fresh)
        entry.never_sent -= std::max<size_t>(range.length, entry.size() == 0);
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

std::optional<Outbox::Taken> Outbox::take(Class c, size_t room, Time now, Copies copies)
{
    const Place* head = head_place(c);
    if (!head)
        return std::nullopt;
    const auto [deadline, id] = *head;
    Entry& entry = entries_.at(id);
    const auto range = next_range(entry, room);
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
        entry.apart = copies.apart;
        entry.copied = true;
    }
    entry.copied &= range->length == entry.size(); // its parts are no copies of each other
    plan_copy(id, entry, now);
    ++entry.in_flight;
    if (entry.all_taken() && !entry.copy_due)
        ready_of(entry).erase({deadline, id});

    Segment segment;
    segment.message_id = uint32_t(*entry.wire_id % kMessageIds);
    segment.offset = range->offset;
    segment.last = range->offset + range->length == entry.size();
    segment.keyed = entry.keyed;
    segment.message_class = c;
    segment.kind = entry.message.kind;
    segment.bytes = std::span(entry.message.bytes).subspan(range->offset, range->length);
    return Taken{{id, *entry.wire_id, range->offset, range->length, range->fresh}, segment};
}

Outbox::Entries::iterator Outbox::find(const Piece& piece)
{
    const auto it = entries_.find(piece.message);
    return it != entries_.end() && it->second.wire_id == piece.wire_id ? it : entries_.end();
}

std::optional<MessageId> Outbox::acknowledged(const Piece& piece)
{
    known_end_ = std::max(known_end_, piece.wire_id + 1);
    const auto it = find(piece);
    if (it == entries_.end())
        return std::nullopt;
    Entry& entry = it->second;
    --entry.in_flight;
    const bool whole = piece.length == entry.size();
    if (!whole && (entry.in_flight || !entry.all_taken()))
        return std::nullopt;
    remove(it);
    return piece.message;
}

void Outbox::give_back(const Piece& piece, bool on_air)
{
    const auto it = find(piece);
    if (it == entries_.end())
        return;
    auto& [id, entry] = *it;
    --entry.in_flight;
    if (entry.copied && (entry.in_flight || entry.copies_left || entry.copy_due))
        return; // another copy may do
    const bool fresh = !on_air && piece.fresh && !entry.copied;
    if (fresh)
        entry.never_sent += std::max<size_t>(piece.length, entry.size() == 0);
    entry.lost.push_back({piece.offset, piece.length, fresh});
    wait(entry, piece.length, 0);
    if (on_air && !entry.message.reliable) {
        entry.closed = true;
        ready_of(entry).erase(place(id, entry));
        set_due(id, entry, Time::min());
    }
    make_ready(id, entry);
}

void Outbox::lost(const Piece& piece)
{
    give_back(piece, true);
}

void Outbox::not_sent(const Piece& piece)
{
    give_back(piece, false);
}

void Outbox::set_due(MessageId id, Entry& entry, Time due)
{
    dues_.erase({entry.due, id});
    entry.due = due;
    dues_.insert({due, id});
}

Outcome Outbox::outcome_of(const Entry& entry) const
{
    return entry.never_sent && !entry.exposed ? Outcome::kNotDone : Outcome::kUnknown;
}

void Outbox::expire(Time now, Time grace, Outcomes& outcomes)
{
    while (!dues_.empty() && dues_.begin()->first <= now) {
        const MessageId id = dues_.begin()->second;
        const auto it = entries_.find(id);
        Entry& entry = it->second;
        if (!entry.closed && entry.all_taken()) {
            cancel_copies(id, entry);
            ready_of(entry).erase(place(id, entry));
            entry.closed = true;
            set_due(id, entry, std::max(entry.deadline + grace, now + Time(1)));
            continue;
        }
        outcomes.emplace_back(id, outcome_of(entry));
        remove(it);
    }
}

Time Outbox::next_timer() const
{
    const Time due = dues_.empty() ? Time::max() : dues_.begin()->first;
    return copies_.empty() ? due : std::min(due, copies_.begin()->first);
}

void Outbox::start_again(Entry& entry)
{
    if (entry.wire_id)
        on_wire_.erase(*entry.wire_id);
    entry.wire_id.reset();
    entry.next = 0;
    entry.lost.clear();
    entry.in_flight = 0;
    entry.never_sent = std::max<size_t>(entry.size(), 1);
    wait(entry, entry.size(), entry.waiting);
}

void Outbox::restart(uint32_t low_wire_id)
{
    // The latest id that has these low bits.
    const uint64_t age = (next_wire_id_ - low_wire_id) % kMessageIds;
    const auto it = on_wire_.find(next_wire_id_ - age);
    if (age > next_wire_id_ || it == on_wire_.end())
        return;
    const MessageId id = it->second;
    Entry& entry = entries_.at(id);
    cancel_copies(id, entry);
    start_again(entry);
    make_ready(id, entry);
}

void Outbox::peer_restarted(Outcomes& outcomes)
{
    std::vector<MessageId> exposed;
    for (auto& [id, entry] : entries_) {
        const bool perhaps_there = entry.never_sent == 0;
        if (entry.closed || (perhaps_there && !entry.keyed)) {
            exposed.push_back(id);
        } else if (entry.wire_id) {
            entry.exposed |= perhaps_there;
            cancel_copies(id, entry);
            start_again(entry);
            make_ready(id, entry);
        }
    }
    std::ranges::sort(exposed);
    for (const MessageId id : exposed) {
        outcomes.emplace_back(id, outcome_of(entries_.at(id)));
        remove(entries_.find(id));
    }
    next_wire_id_ = known_end_ = 0;
}

std::optional<uint64_t> Outbox::skip() const
{
    const uint64_t oldest = on_wire_.empty() ? next_wire_id_ : on_wire_.begin()->first;
    return oldest >= known_end_ + kMaxIdLead / 2 ? std::optional(oldest) : std::nullopt;
}

void Outbox::skipped(uint64_t wire_id)
{
    known_end_ = std::max(known_end_, std::min(wire_id, next_wire_id_));
}

void Outbox::remove(Entries::iterator it)
{
    auto& [id, entry] = *it;
    bytes_ -= queued_bytes(entry.message);
    wait(entry, 0, entry.waiting);
    cancel_copies(id, entry);
    ready_of(entry).erase(place(id, entry));
    dues_.erase({entry.due, id});
    if (entry.wire_id)
        on_wire_.erase(*entry.wire_id);
    entries_.erase(it);
}

} // namespace depinsat::link
