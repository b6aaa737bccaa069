// Timers of a peer: what is asked for, what is given up, when it is up.
#include "peer.h"

#include <algorithm>

namespace depinsat::link {

// A frame may be in front of the packet, the packet's own frame takes its time, and so does the
// frame in front of the acknowledgement.
Timing::Timing(const LinkConfig& config)
    : repeat(2 * config.one_way_delay + 4 * config.max_frame_time + 2 * kAckDelay),
      margin(2 * config.max_frame_time + 2 * kAckDelay),
      probe(std::max(config.one_way_delay, std::chrono::milliseconds(500))),
      keep_alive(config.keep_alive > std::chrono::milliseconds(0)
                     ? config.keep_alive
                     : std::max(2 * config.one_way_delay, std::chrono::milliseconds(500))),
      silence(8 * config.one_way_delay + 4 * config.max_frame_time + std::chrono::seconds(2)),
      transit(config.one_way_delay + config.max_frame_time + config.lead)
{}

Peer::Peer(const PublicKey& key, Context& context)
    : key_(key),
      context_(context),
      inbox_(std::make_unique<Inbox>()),
      log_({context.timing.repeat, context.timing.margin}, context.config.reorder_packets),
      journal_(key, context.store, context.journal),
      clock_(!context.config.initiator, context.config.delay_asymmetry)
{
    start_from_record();
    go_on();
}

Time Peer::keep_alive() const
{
    constexpr unsigned kMaxDoublings = 10;
    const Time base = context_.timing.keep_alive;
    return std::max<Time>(
        base, std::min<Time>(base * (1 << std::min(quiet_, kMaxDoublings)), kLongestQuiet));
}

Time Peer::next_ping() const
{
    if (!session_ || ping_wanted_)
        return Time::max();
    const Time again =
        up_ ? std::max(context_.timing.probe, log_.timeout()) : Time(kMaxHandshakeInterval);
    const bool opens = context_.config.initiator;
    if (unanswered_since_ && (up_ || opens))
        return last_asked_ + again;
    return opens ? last_asked_ + keep_alive() : Time::max();
}

Time Peer::silent_at() const
{
    if (!up_)
        return Time::max();
    const Time silence = context_.timing.silence;
    const Time unanswered = unanswered_since_ ? *unanswered_since_ + silence : Time::max();
    return context_.config.initiator ? unanswered
                                     : std::min(unanswered, last_heard_ + promised_ + silence);
}

void Peer::run_timers(Time now)
{
    Outbox::Outcomes outcomes;
    outbox_.expire(now, log_.timeout(), outcomes);
    context_.stats.messages_late += outcomes.size();
    report(outcomes);
    outbox_.release_copies(now);
    inbox_->forget_stale(now);
    answerer_.forget_stale(now);
    give_back(log_.take_probes(now));
    if (silent_at() <= now) {
        up_ = false;
        context_.events.push_back(PeerEvent{key_, false});
    }
    if (next_ping() <= now)
        ping_wanted_ = true;
    if (!context_.config.initiator)
        return;
    old_ |= session_ && session_since_ + context_.config.rekey_after <= now;
    if (wants_session() && (!opener_.active() || opener_.worn_at() <= now))
        open_session(now);
}

Time Peer::next_timer() const
{
    Time next = std::min({outbox_.next_timer(), inbox_->next_timer(), log_.next_timer(),
                          silent_at(), next_ping(), opener_.worn_at(), answerer_.next_stale()});
    if (!context_.config.initiator)
        return next;
    if (wants_session() && !opener_.active())
        return Time::min();
    if (session_ && !old_)
        next = std::min<Time>(next, session_since_ + context_.config.rekey_after);
    return next;
}

Time Peer::next_fill()
{
    if (ready() || answerer_.next_reply() || owes(Time::zero()))
        return Time::min();
    const Time due = can_send() ? ack_due_.value_or(Time::max()) : Time::max();
    return std::min(opener_.next_due(), due);
}

bool Peer::wants_session() const
{
    return !session_ || !up_ || old_ || session_->age() >= context_.config.rekey_after_packets;
}

void Peer::give_back(const std::vector<SentPacket>& packets)
{
    for (const SentPacket& packet : packets) {
        for (const Piece& piece : packet.pieces)
            outbox_.lost(piece);
        skip_sent_ &= !packet.skipped;
        if (packet.tells_wall)
            clock_.untold();
    }
}

void Peer::ended(MessageId id, Outcome outcome)
{
    journal_.ended(id);
    context_.stats.messages_delivered += outcome == Outcome::kDone;
    context_.events.push_back(OutcomeEvent{id, outcome});
}

void Peer::report(const Outbox::Outcomes& outcomes)
{
    for (const auto& [id, outcome] : outcomes)
        ended(id, outcome);
}

} // namespace depinsat::link
