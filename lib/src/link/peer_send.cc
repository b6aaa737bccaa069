// The sending half of a peer: what it owes, segments, sealed packets.
#include "peer.h"

#include <algorithm>
#include <bit>
#include <cassert>

namespace depinsat::link {
namespace {

constexpr size_t kAckRoom = 16; // taken at once; longer ones have a quarter of the room
constexpr unsigned kMaxCopies = 4;
constexpr double kAllCopiesLost = 2e-4; // no more likely than this, if kMaxCopies allow

} // namespace

bool Peer::can_send() const
{
    return session_ && up_ && !session_->exhausted() && !log_.full();
}

bool Peer::owes(Time now) const
{
    return session_ && !session_->exhausted() &&
           (ping_wanted_ || !restarts_.empty() || !late_.empty() ||
            (outbox_.skip() && !skip_sent_) || (ack_due_ && *ack_due_ <= now) ||
            (up_ &&
             telling_.due(context_.ear, last_segment_, context_.config.reception_linger, now)));
}

bool Peer::introduces(Time now) const
{
    return opener_.due(now) ||
           std::ranges::any_of(answerer_.candidates(),
                               [](const auto& candidate) { return candidate.reply_due; }) ||
           (!up_ && owes(now));
}

size_t Peer::write_reception_to(std::span<uint8_t> room, Time now)
{
    if (!telling_.worthwhile(context_.ear, now) || room.size() < kReceptionBytes)
        return 0;
    const Reception reception{*context_.ear.es_n0_db(now)};
    telling_.told(reception.es_n0_db, now);
    return write_reception(reception, room);
}

// The longest that the next sign of life may take.
uint8_t Peer::promise()
{
    if (!context_.config.initiator)
        return 0;
    ++quiet_;
    const auto units = uint64_t((keep_alive() + kPromiseUnit - Time(1)) / kPromiseUnit);
    return uint8_t(std::min<unsigned>(unsigned(std::bit_width(units - 1)), kMaxPromise));
}

size_t Peer::write_owed(std::span<uint8_t> room, Time now, SentPacket& packet)
{
    size_t used = 0;
    if (untold_ && room.size() >= kAckRoom) {
        if (const auto ack = session_->acknowledge(ack_floor_)) {
            used = write_ack(*ack, room.first(std::max(kAckRoom, room.size() / 4)));
            packet.acknowledged = ack->ranges[0].last;
        }
        untold_ = false;
        ack_due_.reset();
    }
    while (!restarts_.empty() && room.size() - used >= kRestartBytes) {
        used += write_restart({restarts_.back()}, room.subspan(used));
        restarts_.pop_back();
        packet.wants_ack = true;
    }
    used += write_late_to(room.subspan(used), packet);
    const auto skip = outbox_.skip();
    if (skip && !skip_sent_ && room.size() - used >= kSkipBytes) {
        used += write_skip({uint32_t(*skip % kMessageIds)}, room.subspan(used));
        packet.skipped = skip;
        packet.wants_ack = skip_sent_ = true;
    }
    if (ping_wanted_ && room.size() - used >= kPingBytes) {
        used += write_ping({promise()}, room.subspan(used));
        ping_wanted_ = false;
        packet.wants_ack = true;
    }
    used += write_time_to(room.subspan(used), now, packet);
    return used + write_reception_to(room.subspan(used), now);
}

void Peer::open(Draft& draft, size_t room, Time now)
{
    draft.peer = this;
    draft.packet = {};
    draft.written = {};
    draft.items.resize(room);
    draft.items.resize(write_owed(draft.items, now, draft.packet));
}

Copies Peer::copies(Class c, Time deadline, Time now) const
{
    if (c > Class::kDuty)
        return {};
    const Timing& timing = context_.timing;
    Copies copies{
        1, std::max<Time>(context_.config.max_frame_time, context_.config.one_way_delay / 2)};
    for (double all_lost = log_.loss(); all_lost > kAllCopiesLost && copies.count < kMaxCopies;
         all_lost *= log_.loss())
        ++copies.count;
    const bool no_round_trip = deadline - now < log_.timeout() + timing.transit;
    copies.count = std::max(copies.count, no_round_trip ? 2u : 1u);
    return copies;
}

size_t Peer::add_segment(Draft& draft, Class c, size_t room, Time now)
{
    const auto deadline = outbox_.head(c);
    const auto taken =
        deadline ? outbox_.take(c, room, now, copies(c, *deadline, now), clock_) : std::nullopt;
    if (!taken)
        return 0;
    const size_t at = draft.items.size();
    const size_t bytes = segment_header_bytes(taken->segment) + taken->segment.bytes.size();
    draft.items.resize(at + bytes);
    write_segment(taken->segment, std::span(draft.items).subspan(at));
    draft.packet.pieces.push_back(taken->piece);
    draft.packet.wants_ack = true;
    ++draft.written.segments;
    draft.written.repeated += !taken->piece.fresh;
    quiet_ = 0;
    last_segment_ = now;
    return bytes;
}

void Peer::seal(Draft& draft, std::span<uint8_t> packet, Time now)
{
    assert(packet.size() == draft.items.size() + kDataOverhead);
    Written& written = draft.written;
    written.bytes = packet.size();
    written.session = session_number_;
    written.counter = uint32_t(session_->next_counter());
    std::ranges::copy(draft.items, packet.begin() + kDataHeaderBytes);
    session_->seal_packet(packet);
    if (draft.packet.wants_ack) {
        last_asked_ = now;
        if (!unanswered_since_)
            unanswered_since_ = now;
    }
    if (draft.packet.asks_time)
        clock_.asked(written.counter);
    draft.packet.since = now + kReportGrace;
    log_.add(written.counter, std::move(draft.packet));
}

void Peer::sent(const Written& written, Time now, Time ended)
{
    if (written.session != session_number_)
        return;
    log_.sent(written.counter, now);
    clock_.left(written.counter, ended);
}

void Peer::send_again(const Written& written, OnAir on_air, Time now)
{
    if (written.session != session_number_)
        return;
    const auto packet = log_.take(written.counter);
    if (!packet)
        return;
    for (const Piece& piece : packet->pieces)
        on_air == OnAir::kNever ? outbox_.not_sent(piece) : outbox_.lost(piece);
    if (packet->acknowledged) {
        untold_ = true;
        ack_due_ = now;
    }
    skip_sent_ &= !packet->skipped;
    if (packet->tells_wall)
        clock_.untold();
    ping_wanted_ |= packet->wants_ack && packet->pieces.empty();
}

} // namespace depinsat::link
