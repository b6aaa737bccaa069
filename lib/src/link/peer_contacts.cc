// When each path leads to a peer.
#include "peer.h"

namespace depinsat::link {

void Peer::set_contacts(unsigned path, const Timetable& contacts, Time now)
{
    lanes_[path].contacts = contacts;
    lanes_[path].changes = Time::min();
    look_at_contacts(now);
}

void Peer::look_at_contacts(Time now)
{
    for (unsigned path = 0; path < lanes_.size(); ++path) {
        Lane& lane = lanes_[path];
        if (lane.changes > now)
            continue;
        const bool was_open = lane.open();
        lane.closes = lane.contacts.current(now).value_or(Time::min());
        lane.changes = lane.contacts.next_change(now);
        if (lane.open() && !was_open)
            open_lane(path);
        if (!lane.open() && was_open)
            close_lane(path);
    }
}

// While the peer is up on another path this one is tried at once, before that one may close.
void Peer::open_lane(unsigned path)
{
    Lane& lane = lanes_[path];
    lane.refuted = false;
    lane.attempts = 0;
    lane.ping_wanted |= session_ && up_;
    lane.opening_due |= opener_.active();
}

// What is in flight may have arrived; acknowledgements come on another path, or the time-outs
// do.
void Peer::close_lane(unsigned path)
{
    Lane& lane = lanes_[path];
    lane.ping_wanted = lane.opening_due = false;
    if (lane.up) {
        lane.up = lane.proven = false;
        lane.unanswered_since.reset();
        if (several())
            context_.events.push_back(PathEvent{key_, path, false});
    }
    if (!any_contact())
        opener_.stop();
    if (!up_ || std::ranges::any_of(lanes_, &Lane::up))
        return;
    up_ = false;
    context_.events.push_back(PeerEvent{key_, false});
}

} // namespace depinsat::link
