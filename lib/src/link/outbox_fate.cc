// What becomes of messages and their pieces.
#include "outbox.h"

#include <algorithm>

namespace depinsat::link {

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
    if (entry.whole && (entry.in_flight || entry.copies_left || entry.copy_due))
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
        if (!entry.closed && (entry.all_taken() || (entry.copied && entry.in_flight))) {
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

std::optional<Outcome> Outbox::drop(MessageId id)
{
    const auto it = entries_.find(id);
    if (it == entries_.end())
        return std::nullopt;
    const Outcome outcome = outcome_of(it->second);
    remove(it);
    return outcome;
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
    entry.copied = entry.whole = false;
    entry.never_sent = std::max<size_t>(entry.size(), 1);
    wait(entry, entry.size(), entry.waiting);
}

std::map<uint64_t, MessageId>::iterator Outbox::find_on_wire(uint32_t low_wire_id)
{
    // The latest id that has these low bits.
    const uint64_t age = (next_wire_id_ - low_wire_id) % kMessageIds;
    return age > next_wire_id_ ? on_wire_.end() : on_wire_.find(next_wire_id_ - age);
}

std::optional<std::pair<MessageId, Outcome>> Outbox::late(uint32_t low_wire_id)
{
    const auto it = find_on_wire(low_wire_id);
    if (it == on_wire_.end())
        return std::nullopt;
    known_end_ = std::max(known_end_, it->first + 1);
    const auto entry = entries_.find(it->second);
    // Its user will never have it, unless an earlier run of the peer gave it out.
    const std::pair ended(entry->first,
                          entry->second.exposed ? Outcome::kUnknown : Outcome::kNotDone);
    remove(entry);
    return ended;
}

void Outbox::restart(uint32_t low_wire_id)
{
    const auto it = find_on_wire(low_wire_id);
    if (it == on_wire_.end())
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
    end(std::move(exposed), outcomes);
    next_wire_id_ = known_end_ = 0;
}

void Outbox::end(Outcomes& outcomes)
{
    std::vector<MessageId> all;
    for (const auto& [id, entry] : entries_)
        all.push_back(id);
    end(std::move(all), outcomes);
}

void Outbox::end(std::vector<MessageId> ids, Outcomes& outcomes)
{
    std::ranges::sort(ids);
    for (const MessageId id : ids) {
        outcomes.emplace_back(id, outcome_of(entries_.at(id)));
        remove(entries_.find(id));
    }
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
