// Timers of a peer: what is asked for, what is given up, when it is up.
#include "peer.h"

#include <algorithm>

namespace depinsat::link {

Peer::Peer(const PublicKey& key, Context& context)
    : key_(key),
      context_(context),
      inbox_(std::make_unique<Inbox>()),
      journal_(key, context.store, context.journal),
      clock_(!context.config.initiator, context.config.delay_asymmetry)
{
    for (const Timing& timing : context.timings) {
        lanes_.emplace_back(timing, context.config.reorder_packets);
        lanes_.back().contacts = context.contacts[lanes_.size() - 1].of(key);
        if (!lanes_.back().contacts.always())
            lanes_.back().closes = lanes_.back().changes = Time::min(); // till the timers run
    }
    start_from_record();
    go_on();
}

void Peer::run_timers(Time now)
{
    look_at_contacts(now);
    Outbox::Outcomes outcomes;
    outbox_.expire(now, timeout(), outcomes);
    context_.stats.messages_late += outcomes.size();
    report(outcomes);
    outbox_.release_copies(now);
    inbox_->forget_stale(now);
    answerer_.forget_stale(now);
    for (unsigned path = 0; path < lanes_.size(); ++path) {
        give_back(lanes_[path].log.take_probes(now, elsewhere(path)));
        if (silent_at(path) <= now)
            lane_down(path);
    }
    for (unsigned path = 0; path < lanes_.size(); ++path)
        if (next_ping(path) <= now)
            lanes_[path].ping_wanted = true;
    if (!context_.config.initiator)
        return;
    old_ |= session_ && session_since_ + context_.config.rekey_after <= now;
    if (wants_session() && any_contact() && (!opener_.active() || opener_.worn_at() <= now))
        open_session(now);
}

Time Peer::next_timer() const
{
    Time next = std::min({outbox_.next_timer(), inbox_->next_timer(), opener_.worn_at(),
                          answerer_.next_stale()});
    for (unsigned path = 0; path < lanes_.size(); ++path)
        next = std::min({next, lanes_[path].log.next_timer(elsewhere(path)), silent_at(path),
                         next_ping(path), lanes_[path].changes});
    if (!context_.config.initiator)
        return next;
    if (wants_session() && !opener_.active() && any_contact())
        return Time::min();
    if (session_ && !old_)
        next = std::min<Time>(next, session_since_ + context_.config.rekey_after);
    return next;
}

Time Peer::next_fill() const
{
    if (!lane().open())
        return Time::max(); // the timers open it
    if (ready() || answerer_.replies_on(context_.path) || owes(Time::zero()) ||
        (opener_.active() && lane().opening_due))
        return Time::min();
    const Time due = can_send() && !lane().told ? ack_due_.value_or(Time::max()) : Time::max();
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
