// The sending half of a peer: what it owes, segments, sealed packets.
#include "peer.h"

#include <algorithm>
#include <bit>
#include <cassert>

namespace depinsat::link {
namespace {

constexpr unsigned kMaxCopies = 4;
constexpr double kAllCopiesLost = 2e-4; // no more likely than this, if kMaxCopies allow

} // namespace

bool Peer::owes(Time now) const
{
    return session_ && !session_->exhausted() && reachable() &&
           (lane().ping_wanted || (lane().up && suits(context_.path) && owes_anywhere()) ||
            acks_here(now) ||
            (lane().up && lane().telling.due(context_.ears[context_.path], last_segment_,
                                             context_.config.reception_linger, now)));
}

bool Peer::owes_anywhere() const
{
    return !restarts_.empty() || !late_.empty() || (outbox_.skip() && !skip_sent_);
}

bool Peer::introduces(Time now) const
{
    return opening_due(now) || (reachable() && answerer_.replies_on(context_.path)) ||
           (!lane().up && owes(now));
}

size_t Peer::write_reception_to(std::span<uint8_t> room, Time now)
{
    const Ear& ear = context_.ears[context_.path];
    if (!lane().telling.worthwhile(ear, now) || room.size() < kReceptionBytes)
        return 0;
    const Reception reception{*ear.es_n0_db(now)};
    lane().telling.told(reception.es_n0_db, now);
    return write_reception(reception, room);
}

// The longest that the next sign of life may take.
uint8_t Peer::promise()
{
    ++lane().quiet;
    if (!context_.config.initiator)
        return 0;
    const auto units =
        uint64_t((keep_alive(context_.path) + kPromiseUnit - Time(1)) / kPromiseUnit);
    return uint8_t(std::min<unsigned>(unsigned(std::bit_width(units - 1)), kMaxPromise));
}

// What the peer asks for by and by if it does not come.
size_t Peer::write_told(std::span<uint8_t> room, SentPacket& packet)
{
    size_t used = 0;
    if (untold_ && !lane().told && room.size() >= kAckRoom)
        used = write_acks(room, packet);
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
    return used;
}

// Where only acknowledgements go nobody would find out that the path is lost.
bool Peer::unasked(Time now) const
{
    const Time timeout = lane().log.timeout();
    return now - lane().last_asked >= timeout && now - last_segment_ <= timeout;
}

size_t Peer::write_owed(std::span<uint8_t> room, Time now, SentPacket& packet)
{
    size_t used = suits(context_.path) ? write_told(room, packet) : 0;
    lane().ping_wanted |= several() && packet.acknowledged && unasked(now);
    if (lane().ping_wanted && room.size() - used >= kPingBytes) {
        used += write_ping({promise()}, room.subspan(used));
        lane().ping_wanted = false;
        lane().attempts += !lane().proven;
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
    const Timing& timing = context_.timings[context_.path];
    const SentLog& log = lane().log;
    Copies copies{1, std::max<Time>(timing.frame, timing.delay / 2), elsewhere(context_.path)};
    for (double all_lost = log.loss(); all_lost > kAllCopiesLost && copies.count < kMaxCopies;
         all_lost *= log.loss())
        ++copies.count;
    const bool no_round_trip = deadline - now < log.timeout() + timing.transit;
    copies.count = std::max(copies.count, no_round_trip || copies.elsewhere ? 2u : 1u);
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
    lane().quiet = 0;
    last_segment_ = now;
    return bytes;
}

void Peer::seal(Draft& draft, std::span<uint8_t> packet, Time now)
{
    assert(packet.size() == draft.items.size() + kDataOverhead);
    Written& written = draft.written;
    written.bytes = packet.size();
    written.path = context_.path;
    written.session = session_number_;
    written.counter = uint32_t(session_->next_counter());
    std::ranges::copy(draft.items, packet.begin() + kDataHeaderBytes);
    session_->seal_packet(packet);
    if (draft.packet.wants_ack) {
        lane().last_asked = now;
        if (!lane().unanswered_since)
            lane().unanswered_since = now;
    }
    if (draft.packet.asks_time)
        clock_.asked(written.counter, context_.timings[context_.path].delay);
    draft.packet.since = now + kReportGrace;
    lane().latest = written.counter;
    lane().latest_arrived = false;
    lane().log.add(written.counter, std::move(draft.packet));
}

void Peer::sent(const Written& written, Time now, Time ended)
{
    if (written.session != session_number_)
        return;
    lanes_[written.path].log.sent(written.counter, now);
    clock_.left(written.counter, ended);
}

void Peer::send_again(const Written& written, OnAir on_air, Time now)
{
    if (written.session != session_number_)
        return;
    const auto packet = lanes_[written.path].log.take(written.counter);
    if (!packet)
        return;
    for (const Piece& piece : packet->pieces)
        on_air == OnAir::kNever ? outbox_.not_sent(piece) : outbox_.lost(piece);
    if (packet->acknowledged) {
        untold_ = true;
        auto& top = lanes_[written.path].latest_taken;
        top = std::max(top.value_or(0), *packet->acknowledged);
        lanes_[written.path].told = false;
        ack_due_ = now;
    }
    skip_sent_ &= !packet->skipped;
    if (packet->tells_wall)
        clock_.untold();
    lanes_[written.path].ping_wanted |= packet->wants_ack && packet->pieces.empty();
}

} // namespace depinsat::link
