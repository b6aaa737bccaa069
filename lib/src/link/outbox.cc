#include "outbox.h"

#include <algorithm>

namespace depinsat::link {

Outbox::Rank Outbox::rank_of(MessageId id, const Entry& entry)
{
    return {entry.message.message_class, entry.deadline, id};
}

void Outbox::add(MessageId id, Message message, Time deadline)
{
    bytes_ += queued_bytes(message);
    Entry entry;
    entry.message = std::move(message);
    entry.deadline = deadline;
    ready_.insert(rank_of(id, entry));
    deadlines_.insert({deadline, id});
    entries_.emplace(id, std::move(entry));
}

bool Outbox::may_start() const
{
    // Half of what the peer remembers, so that nothing unfinished is ever behind its window.
    return on_wire_.empty() || next_wire_id_ - on_wire_.begin()->first < kMessageWindow / 2;
}

std::optional<Outbox::Rank> Outbox::head() const
{
    const bool any = may_start();
    for (const Rank& rank : ready_)
        if (any || entries_.at(rank.message).wire_id)
            return rank;
    return std::nullopt;
}

std::optional<std::pair<uint32_t, uint32_t>> Outbox::next_range(const Entry& entry,
                                                                size_t room) const
{
    const auto size = uint32_t(entry.message.bytes.size());
    const auto [offset, length] =
        entry.lost.empty() ? std::pair(entry.next, size - entry.next) : entry.lost.back();
    const size_t header = offset ? kLaterSegmentBytes : kFirstSegmentBytes;
    if (room < header + (length ? 1 : 0))
        return std::nullopt;
    const size_t fits = std::min(room - header, kMaxSegmentBytes);
    return std::pair(offset, uint32_t(std::min<size_t>(length, fits)));
}

std::optional<std::pair<Piece, Segment>> Outbox::take(size_t room, bool& repeated)
{
    const auto rank = head();
    if (!rank)
        return std::nullopt;
    Entry& entry = entries_.at(rank->message);
    const auto range = next_range(entry, room);
    if (!range)
        return std::nullopt;
    const auto [offset, length] = *range;
    repeated = !entry.lost.empty();
    if (!entry.wire_id) {
        entry.wire_id = next_wire_id_++;
        on_wire_.emplace(*entry.wire_id, rank->message);
    }
    if (!repeated) {
        entry.next += length;
    } else if (entry.lost.back().second == length) {
        entry.lost.pop_back();
    } else {
        entry.lost.back().first += length;
        entry.lost.back().second -= length;
    }
    ++entry.in_flight;
    ++entry.exposures;
    if (entry.all_taken())
        ready_.erase(*rank);

    Segment segment;
    segment.message_id = uint32_t(*entry.wire_id % kMessageIds);
    segment.offset = offset;
    segment.last = offset + length == entry.message.bytes.size();
    segment.message_class = entry.message.message_class;
    segment.kind = entry.message.kind;
    segment.bytes = std::span(entry.message.bytes).subspan(offset, length);
    return std::pair(Piece{rank->message, *entry.wire_id, offset, length}, segment);
}

Outbox::Entries::iterator Outbox::find(const Piece& piece)
{
    const auto it = entries_.find(piece.message);
    return it != entries_.end() && it->second.wire_id == piece.wire_id ? it : entries_.end();
}

std::optional<MessageId> Outbox::acknowledged(const Piece& piece)
{
    const auto it = find(piece);
    if (it == entries_.end())
        return std::nullopt;
    --it->second.in_flight;
    if (it->second.in_flight || !it->second.all_taken())
        return std::nullopt;
    remove(it);
    return piece.message;
}

void Outbox::lost(const Piece& piece)
{
    const auto it = find(piece);
    if (it == entries_.end())
        return;
    Entry& entry = it->second;
    --entry.in_flight;
    entry.lost.emplace_back(piece.offset, piece.length);
    ready_.insert(rank_of(it->first, entry));
}

void Outbox::not_sent(const Piece& piece)
{
    if (const auto it = find(piece); it != entries_.end())
        --it->second.exposures;
    lost(piece);
}

void Outbox::expire(Time now, Outcomes& outcomes)
{
    while (!deadlines_.empty() && deadlines_.begin()->first <= now) {
        const MessageId id = deadlines_.begin()->second;
        const Entry& entry = entries_.at(id);
        outcomes.emplace_back(id, entry.exposures && entry.next == entry.message.bytes.size()
                                      ? Outcome::kUnknown
                                      : Outcome::kNotDone);
        remove(entries_.find(id));
    }
}

Time Outbox::next_deadline() const
{
    return deadlines_.empty() ? Time::max() : deadlines_.begin()->first;
}

void Outbox::start_again(Entry& entry)
{
    if (entry.wire_id)
        on_wire_.erase(*entry.wire_id);
    entry.wire_id.reset();
    entry.next = 0;
    entry.lost.clear();
    entry.in_flight = 0;
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
    ready_.insert(rank_of(id, entry));
    start_again(entry);
}

void Outbox::peer_restarted(Outcomes& outcomes)
{
    std::vector<MessageId> exposed;
    for (auto& [id, entry] : entries_) {
        if (entry.exposures) {
            exposed.push_back(id);
        } else if (entry.wire_id) {
            start_again(entry);
            ready_.insert(rank_of(id, entry));
        }
    }
    std::ranges::sort(exposed);
    for (const MessageId id : exposed) {
        outcomes.emplace_back(id, Outcome::kUnknown);
        remove(entries_.find(id));
    }
    next_wire_id_ = 0;
}

void Outbox::remove(Entries::iterator it)
{
    Entry& entry = it->second;
    bytes_ -= queued_bytes(entry.message);
    ready_.erase(rank_of(it->first, entry));
    deadlines_.erase({entry.deadline, it->first});
    if (entry.wire_id)
        on_wire_.erase(*entry.wire_id);
    entries_.erase(it);
}

} // namespace depinsat::link
