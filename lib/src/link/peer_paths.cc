// Which paths lead to a peer, and what is asked for on each.
#include "peer.h"

#include <algorithm>

namespace depinsat::link {
namespace {

using namespace std::chrono_literals;

// A path that is down while another is up is tried after this, doubled so often at most.
constexpr Time kFirstTry = 2s;
constexpr unsigned kMaxTryDoublings = 2;

} // namespace

// A frame may be in front of the packet, the packet's own frame takes its time, and so does the
// frame in front of the acknowledgement.
Timing::Timing(const PathConfig& config, std::chrono::milliseconds asked_every)
    : delay(config.one_way_delay),
      frame(config.max_frame_time),
      repeat(2 * delay + 4 * frame + 2 * kAckDelay),
      margin(2 * frame + 2 * kAckDelay),
      probe(std::max<Time>(delay, 500ms)),
      keep_alive(asked_every > 0ms ? Time(asked_every) : std::max<Time>(2 * delay, 500ms)),
      silence(8 * delay + 4 * frame + 2s),
      transit(delay + frame + config.lead)
{}

Time Context::transit() const
{
    return std::ranges::min_element(timings, {}, &Timing::transit)->transit;
}

size_t Peer::in_flight() const
{
    size_t packets = 0;
    for (const Lane& lane : lanes_)
        packets += lane.log.in_flight();
    return packets;
}

Time Peer::timeout() const
{
    Time longest{};
    for (const Lane& lane : lanes_)
        longest = std::max(longest, lane.log.timeout());
    return longest;
}

bool Peer::elsewhere(unsigned path) const
{
    for (unsigned other = 0; other < lanes_.size(); ++other)
        if (other != path && carries(other))
            return true;
    return false;
}

Time Peer::keep_alive(unsigned path) const
{
    constexpr unsigned kMaxDoublings = 10;
    const Time base = context_.timings[path].keep_alive;
    const unsigned doublings = std::min(lanes_[path].quiet, kMaxDoublings);
    return std::max<Time>(base, std::min<Time>(base * (1 << doublings), kLongestQuiet));
}

Time Peer::next_ping(unsigned path) const
{
    const Lane& lane = lanes_[path];
    if (!session_ || lane.ping_wanted || !lane.open())
        return Time::max();
    if (several() && up_ && !(lane.up && lane.proven))
        return lane.last_asked + kFirstTry * (1 << std::min(lane.attempts, kMaxTryDoublings));
    const Time again = lane.up ? std::max(context_.timings[path].probe, lane.log.timeout())
                               : Time(kMaxHandshakeInterval);
    const bool opens = context_.config.initiator;
    if (lane.unanswered_since && (lane.up || opens))
        return lane.last_asked + again;
    const Time least = lane.last_asked + keep_alive(path);
    // The peer's own news may show that both ways work; but link time is asked for with pings.
    if (opens)
        return std::max(least, std::min<Time>(lane.both_ways + keep_alive(path),
                                              lane.last_asked + kLongestUnasked));
    // It may be a path that only carries from here: then the peer keeps its promise elsewhere.
    return several() ? std::max(least, promised_at(path)) : Time::max();
}

Time Peer::promised_at(unsigned path) const
{
    const Lane& lane = lanes_[path];
    return lane.last_heard + lane.promised + context_.timings[path].silence;
}

Time Peer::silent_at(unsigned path) const
{
    const Lane& lane = lanes_[path];
    if (!lane.up)
        return Time::max();
    const Time silence = context_.timings[path].silence;
    const Time unanswered =
        lane.unanswered_since ? *lane.unanswered_since + silence : Time::max();
    if (several()) { // whose modems ask without pause
        const auto& asked = context_.asked[path];
        return asked ? std::min(unanswered, *asked + silence) : unanswered;
    }
    return context_.config.initiator ? unanswered : std::min(unanswered, promised_at(path));
}

void Peer::lane_up(unsigned path)
{
    Lane& lane = lanes_[path];
    if (lane.up || !lane.open())
        return;
    lane.up = true;
    lane.unanswered_since.reset();
    lane.ping_wanted |= several() && !lane.proven;
    if (several())
        context_.events.push_back(PathEvent{key_, path, true});
    if (up_)
        return;
    up_ = true;
    context_.events.push_back(PeerEvent{key_, true});
}

// What is in flight moves to the other paths at once, if there are any.
void Peer::lane_down(unsigned path)
{
    Lane& lane = lanes_[path];
    if (!lane.up)
        return;
    lane.up = lane.proven = false;
    lane.refuted = true;
    lane.unanswered_since.reset();
    if (several())
        context_.events.push_back(PathEvent{key_, path, false});
    if (std::ranges::any_of(lanes_, &Lane::up)) {
        give_back(lane.log.clear());
        return;
    }
    up_ = false;
    context_.events.push_back(PeerEvent{key_, false});
}

void Peer::all_down()
{
    for (unsigned path = 0; path < lanes_.size(); ++path)
        lane_down(path);
}

bool Peer::hears(Time now) const
{
    return std::ranges::any_of(context_.ears,
                               [now](const Ear& ear) { return ear.es_n0_db(now).has_value(); });
}

void Peer::carried(unsigned path)
{
    if (!lanes_[path].open())
        return; // too late to matter
    lanes_[path].unanswered_since.reset();
    lanes_[path].refuted = false;
    lanes_[path].proven = true;
    lanes_[path].attempts = 0;
    lane_up(path);
}

bool Peer::can_send(unsigned path) const
{
    const Lane& lane = lanes_[path];
    const bool open = path == context_.path ? reachable() : lane.open();
    return session_ && lane.up && open && !session_->exhausted() &&
           in_flight() < kMaxInFlight && suits(path);
}

Link::PathState Peer::path_state(unsigned path) const
{
    const Lane& lane = lanes_[path];
    return {lane.up,         lane.doubtful(),     lane.open(), lane.log.round_trip(),
            lane.log.loss(), lane.log.in_flight()};
}

// Once it has gone on one path it is due on the others.
void Peer::opening_filled(Time now)
{
    if (opener_.due(now)) {
        opener_.filled(now);
        for (Lane& lane : lanes_)
            lane.opening_due = true;
    }
    lane().opening_due = false;
}

// Acknowledgements go on the quickest path that carries and whose modem is at work; on any
// other one that carries if they have waited long; on each path if it is not known that one
// carries.
bool Peer::acks_here(Time now) const
{
    constexpr Time kTooLong = 200ms;
    if (!ack_due_ || *ack_due_ > now || lane().told || !suits(context_.path))
        return false;
    if (!several() || *ack_due_ + kTooLong <= now)
        return true;
    for (unsigned path = 0; path < lanes_.size(); ++path)
        if (path != context_.path && carries(path) && context_.sooner(path))
            return false;
    return true;
}

void Peer::all_told()
{
    untold_ = false;
    ack_due_.reset();
    for (Lane& lane : lanes_)
        lane.latest_taken.reset();
}

size_t Peer::write_acks(std::span<uint8_t> room, SentPacket& packet)
{
    size_t used = 0;
    std::optional<uint32_t> told_down_to;
    // Each path keeps its order, but its latest arrival may be far below the other paths'.
    std::vector<uint32_t> tops;
    for (Lane& lane : lanes_) {
        if (lane.latest_taken)
            tops.push_back(*lane.latest_taken);
    }
    std::ranges::sort(tops, std::greater());
    for (const uint32_t top : tops) {
        const auto left = room.subspan(used);
        if (left.size() < kAckRoom || (told_down_to && top >= *told_down_to))
            continue;
        const auto ack = session_->acknowledge(ack_floor_, uint64_t(top) + 1);
        if (!ack)
            continue;
        const auto part = left.first(std::max(kAckRoom, left.size() / 4));
        used += write_ack(*ack, part);
        told_down_to = ack->all().back().first;
        packet.acknowledged = ack->ranges[0].last; // in the end the least of them
    }
    lane().told = true;
    if (carries(context_.path) || std::ranges::all_of(lanes_, &Lane::told))
        all_told();
    return used;
}

} // namespace depinsat::link
