#include "peer.h"

#include <algorithm>

namespace depinsat::link {
namespace {

constexpr size_t kLeastRoom = 32; // for items; less is not worth a packet of its own

} // namespace

// A frame may be in front of the packet, the packet's own frame takes its time, and so does the
// frame in front of the acknowledgement.
Timing::Timing(const LinkConfig& config)
    : repeat(2 * config.one_way_delay + 4 * config.max_frame_time + 2 * kAckDelay),
      keep_alive(std::max(2 * config.one_way_delay, std::chrono::milliseconds(500))),
      silence(8 * config.one_way_delay + std::chrono::seconds(2))
{}

void Context::outcome(MessageId id, Outcome outcome)
{
    stats.messages_delivered += outcome == Outcome::kDone;
    events.push_back(OutcomeEvent{id, outcome});
}

Peer::Peer(const PublicKey& key, Context& context)
    : key_(key),
      context_(context),
      inbox_(std::make_unique<Inbox>()),
      log_(context.timing.repeat)
{}

bool Peer::uses(uint16_t index)
{
    return (session_ && session_->local_index() == index) ||
           (opener_.active() && opener_.local_index() == index) ||
           std::ranges::any_of(answerer_.candidates(), [index](const auto& candidate) {
               return candidate.session.local_index() == index;
           });
}

std::optional<Outbox::Rank> Peer::head() const
{
    if (!session_ || !up_ || session_->exhausted() || log_.full())
        return std::nullopt;
    return outbox_.head();
}

bool Peer::owes(Time now) const
{
    return session_ && !session_->exhausted() &&
           (ping_wanted_ || !restarts_.empty() || (ack_due_ && *ack_due_ <= now) ||
            (up_ && telling_.due(context_.ear, now)));
}

bool Peer::introduces(Time now) const
{
    return opener_.due(now) ||
           std::ranges::any_of(answerer_.candidates(),
                               [](const auto& candidate) { return candidate.reply_due; }) ||
           (!up_ && owes(now));
}

size_t Peer::write_owed(std::span<uint8_t> room, Time now, SentPacket& packet)
{
    size_t used = 0;
    if (untold_ && room.size() >= kAckFixedBytes) {
        const size_t more = (room.size() - kAckFixedBytes) / 4 / kAckRangeBytes;
        if (const auto ack = session_->acknowledge(ack_floor_, 1 + more)) {
            used = write_ack(*ack, room);
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
    if (ping_wanted_ && room.size() - used >= kPingBytes) {
        used += write_ping(room.subspan(used));
        ping_wanted_ = false;
        packet.wants_ack = true;
    }
    if (telling_.worthwhile(context_.ear, now) && room.size() - used >= kReceptionBytes) {
        const Reception reception{*context_.ear.es_n0_db(now)};
        used += write_reception(reception, room.subspan(used));
        telling_.told(reception.es_n0_db, now);
    }
    return used;
}

size_t Peer::write_items(std::span<uint8_t> room,
                         Time now,
                         const std::optional<Outbox::Rank>& rival,
                         SentPacket& packet,
                         Written& written)
{
    if (!owes(now) && room.size() < kLeastRoom)
        return 0;
    size_t used = write_owed(room, now, packet);
    for (auto rank = head(); rank && (!rival || *rank <= *rival); rank = head()) {
        bool repeated = false;
        const auto taken = outbox_.take(room.size() - used, repeated);
        if (!taken)
            break;
        used += write_segment(taken->second, room.subspan(used));
        packet.pieces.push_back(taken->first);
        packet.wants_ack = true;
        ++written.segments;
        written.repeated += repeated;
    }
    return used;
}

Peer::Written
Peer::write_packet(std::span<uint8_t> room, Time now, const std::optional<Outbox::Rank>& rival)
{
    Written written;
    if (room.size() <= kDataOverhead)
        return written;
    SentPacket packet;
    const auto items = room.subspan(kDataHeaderBytes, room.size() - kDataOverhead);
    const size_t used = write_items(items, now, rival, packet, written);
    if (!used)
        return written;
    written.bytes = used + kDataOverhead;
    written.session = session_number_;
    written.counter = uint32_t(session_->next_counter());
    session_->seal_packet(room.first(written.bytes));
    if (packet.wants_ack)
        last_asked_ = now;
    packet.since = now + kReportGrace;
    log_.add(written.counter, std::move(packet));
    return written;
}

void Peer::sent(const Written& written, Time now)
{
    if (written.session == session_number_)
        log_.sent(written.counter, now);
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
    ping_wanted_ |= packet->wants_ack && packet->pieces.empty();
}

void Peer::run_timers(Time now)
{
    Outbox::Outcomes outcomes;
    outbox_.expire(now, outcomes);
    report(outcomes);
    inbox_->forget_stale(now);
    answerer_.forget_stale(now);
    give_back(log_.take_lost(now));
    if (up_ && last_heard_ + context_.timing.silence <= now) {
        up_ = false;
        context_.events.push_back(PeerEvent{key_, false});
    }
    if (!context_.config.initiator)
        return;
    if (session_ && last_asked_ + context_.timing.keep_alive <= now)
        ping_wanted_ = true;
    if (wants_session() && !opener_.active())
        opener_.start(context_.identity, key_, context_.new_index(), now,
                      context_.timing.repeat);
}

Time Peer::next_timer() const
{
    Time next = std::min({outbox_.next_deadline(), inbox_->next_timer(), log_.next_timer()});
    if (up_)
        next = std::min(next, last_heard_ + context_.timing.silence);
    if (session_ && context_.config.initiator && !ping_wanted_)
        next = std::min(next, last_asked_ + context_.timing.keep_alive);
    if (context_.config.initiator && wants_session() && !opener_.active())
        next = Time::min();
    return next;
}

Time Peer::next_fill()
{
    if (head() || answerer_.next_reply())
        return Time::min();
    if (!session_ || session_->exhausted())
        return opener_.next_due();
    if (ping_wanted_ || !restarts_.empty())
        return Time::min();
    return std::min(opener_.next_due(), ack_due_.value_or(Time::max()));
}

bool Peer::wants_session() const
{
    return !session_ || !up_ || session_->age() >= context_.config.rekey_after_packets;
}

} // namespace depinsat::link
