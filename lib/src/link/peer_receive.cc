// The receiving half of a peer: sessions, items, what they tell about packets sent before.
#include "peer.h"

#include <algorithm>

namespace depinsat::link {
namespace {

constexpr size_t kMaxToTell = 64; ///< restarts, and late messages
constexpr uint64_t kAckOverlap = 16;
constexpr uint64_t kAckOverlapOfPaths = 1024; // paths overtake each other by that

bool wants_acknowledgement(const Item& item)
{
    const auto* time = std::get_if<LinkTime>(&item);
    return time
               ? time->question || time->wall
               : !std::holds_alternative<Ack>(item) && !std::holds_alternative<Reception>(item);
}

// Unless it waits to be told already.
void note(std::vector<uint32_t>& ids, uint32_t id)
{
    if (ids.size() < kMaxToTell && std::ranges::find(ids, id) == ids.end())
        ids.push_back(id);
}

} // namespace

bool Peer::receive_data(uint16_t index, std::span<const uint8_t> packet, Time now)
{
    if (session_ && session_->local_index() == index) {
        const auto counter = session_->open_packet(packet, items_);
        if (!counter)
            return false;
        heard(now);
        take_items(*counter, now);
        return true;
    }
    const auto at =
        std::ranges::find_if(answerer_.candidates(), [index](const auto& candidate) {
            return candidate.session.local_index() == index;
        });
    if (at == answerer_.candidates().end())
        return false;
    const auto counter = at->session.open_packet(packet, items_);
    if (!counter)
        return false;
    Answerer::Candidate opened = answerer_.take(at);
    session_opening_ = std::move(opened.opening);
    given_ = std::move(opened.given);
    save_opening_record();
    install(std::move(opened.session), now);
    take_items(*counter, now);
    return true;
}

void Peer::install(Session session, Time now)
{
    for (Lane& lane : lanes_) {
        give_back(lane.log.clear());
        lane.begin_session();
    }
    if (!session_ || session_->peer_instance() != session.peer_instance()) {
        Outbox::Outcomes outcomes;
        outbox_.peer_restarted(outcomes);
        report(outcomes);
        inbox_ = std::make_unique<Inbox>();
        clock_.reset();
    }
    session_ = std::move(session);
    ++session_number_;
    session_since_ = now;
    old_ = skip_sent_ = false;
    last_segment_ = now;
    untold_ = false;
    ack_due_.reset();
    ack_floor_ = 0;
    restarts_.clear();
    late_.clear();
    for (Lane& lane : lanes_)
        lane.ping_wanted |= several();
    heard(now);
}

void Peer::heard(Time now)
{
    lane().last_heard = now;
    if (!several()) // else only an acknowledgement shows that what goes there arrives
        lane().unanswered_since.reset();
    if (!lane().refuted || !up_)
        lane_up(context_.path);
    if (!wants_session())
        opener_.stop();
}

bool Peer::well_formed() const
{
    std::span<const uint8_t> rest = items_;
    while (!rest.empty())
        if (!read_item(rest, session_->next_counter()))
            return false;
    return true;
}

bool Peer::take_item(const Item& item, uint32_t counter, Time now)
{
    if (const auto* ack = std::get_if<Ack>(&item))
        take_ack(*ack, now);
    else if (const auto* segment = std::get_if<Segment>(&item))
        return take_segment(*segment, now);
    else if (const auto* ping = std::get_if<Ping>(&item))
        lane().promised = std::min<Time>(kPromiseUnit * (1 << ping->promise), kLongestQuiet);
    else if (const auto* restart = std::get_if<Restart>(&item))
        outbox_.restart(restart->message_id);
    else if (const auto* skip = std::get_if<Skip>(&item))
        inbox_->skip(skip->message_id);
    else if (const auto* reception = std::get_if<Reception>(&item))
        take_reception(*reception, counter);
    else if (const auto* time = std::get_if<LinkTime>(&item))
        clock_.take(*time, counter, {now, context_.timings[context_.path].delay});
    else if (const auto* late = std::get_if<Late>(&item))
        take_late(*late);
    return true;
}

/// Of packets that overtook each other the newest counts.
void Peer::take_reception(const Reception& reception, uint32_t counter)
{
    auto& latest = lane().latest_reception;
    if (latest && *latest > counter)
        return;
    latest = counter;
    context_.events.push_back(ReceptionEvent{key_, reception.es_n0_db, context_.path});
}

void Peer::take_items(uint32_t counter, Time now)
{
    if (!well_formed()) {
        ++context_.stats.rejected_packets;
        return;
    }
    bool wants_ack = false, refused = false;
    std::span<const uint8_t> rest = items_;
    while (!rest.empty()) {
        const auto item = *read_item(rest, session_->next_counter());
        wants_ack |= wants_acknowledgement(item);
        refused |= !take_item(item, counter, now);
    }
    if (lane().latest_arrived)
        lane().both_ways = now;
    if (refused)
        return; // not acknowledged, so that nothing of it counts as delivered
    session_->take(counter);
    untold_ = true;
    for (Lane& lane : lanes_)
        lane.told = false;
    lane().latest_taken = std::max(lane().latest_taken.value_or(0), counter);
    if (wants_ack && !ack_due_)
        ack_due_ = now + kAckDelay;
}

void Peer::take_ack(const Ack& ack, Time now)
{
    for (unsigned path = 0; path < lanes_.size(); ++path)
        take_ack(ack, path, now);
}

void Peer::take_ack(const Ack& ack, unsigned path, Time now)
{
    const uint64_t overlap = several() ? kAckOverlapOfPaths : kAckOverlap;
    lanes_[path].latest_arrived |= lanes_[path].latest == ack.ranges[0].last;
    for (const SentPacket& packet : lanes_[path].log.acknowledge(ack, now)) {
        if (packet.skipped) {
            outbox_.skipped(*packet.skipped);
            skip_sent_ = false;
        }
        for (const Piece& piece : packet.pieces)
            if (const auto delivered = outbox_.acknowledged(piece))
                ended(*delivered, Outcome::kDone);
        // The peer knows what that packet told it, except what was overtaken and came later.
        if (packet.acknowledged && *packet.acknowledged > overlap)
            ack_floor_ = std::max(ack_floor_, *packet.acknowledged - overlap);
    }
    if (several() && lanes_[path].log.take_reached())
        carried(path);
    give_back(lanes_[path].log.take_lost());
}

bool Peer::take_segment(const Segment& segment, Time now)
{
    if (segment.offset == 0 && segment.keyed && journal_.full())
        return false; // it comes again; perhaps the user has taken some by then
    std::optional<Message> whole;
    const auto deadline =
        segment.deadline ? clock_.deadline_of(*segment.deadline, now) : std::nullopt;
    const uint64_t late = inbox_->late();
    Inbox::Fate fate = inbox_->take(segment, deadline, now, whole);
    context_.stats.messages_dropped_late += inbox_->late() - late;
    lane().quiet = 0;
    last_segment_ = now;
    if (whole && whole->key && !journal_.arrived(*whole, context_.wall_time(now))) {
        whole.reset();
        fate = Inbox::Fate::kDuplicate;
    }
    context_.stats.duplicates += fate == Inbox::Fate::kDuplicate;
    if (whole) {
        ++context_.stats.messages_received;
        context_.events.push_back(MessageEvent{key_, std::move(*whole)});
    }
    if (fate == Inbox::Fate::kForgotten)
        note(restarts_, segment.message_id);
    if (fate == Inbox::Fate::kLate)
        note(late_, segment.message_id);
    return fate != Inbox::Fate::kForgotten && fate != Inbox::Fate::kLate;
}

} // namespace depinsat::link
