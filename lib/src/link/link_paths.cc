// What the paths of a station can carry, and which of them is the quickest.
#include "link_impl.h"

#include <algorithm>
#include <cassert>

namespace depinsat::link {
namespace {

using namespace std::chrono_literals;

double seconds(Time time)
{
    return std::chrono::duration<double>(time).count();
}

} // namespace

void Link::Impl::use(unsigned path)
{
    assert(path < paths.size());
    context.path = path;
}

// A modem that asks for its frames.
bool Link::Impl::attentive(unsigned path, Time now) const
{
    const auto& asked = context.asked[path];
    return asked && now - *asked <= std::max<Time>(4 * paths[path].airtime, 100ms);
}

// Of the next frame that is filled on the path.
Time Link::Impl::next_arrival(unsigned path, Time now) const
{
    const Path& p = paths[path];
    const Time filled = std::max(now, context.asked[path].value_or(now) + p.airtime);
    return filled + context.config.paths[path].lead + p.airtime + context.timings[path].delay;
}

// Bytes that frames of other paths, filled later, bring before the frame that is filled now.
size_t Link::Impl::left_to_others(Time now) const
{
    const Time arrival = context.frame_ends + context.timings[context.path].delay;
    size_t bytes = 0;
    for (unsigned path = 0; path < paths.size(); ++path) {
        if (path == context.path || !attentive(path, now))
            continue;
        const Time next = next_arrival(path, now);
        if (next < arrival)
            bytes +=
                (size_t((arrival - next) / paths[path].airtime) + 1) * paths[path].frame_bytes;
    }
    return bytes;
}

/// A message as a whole, if they have room for it.
/// @param bytes  that they have room for.
bool Link::Impl::withholds(Peer& peer, Class c, size_t& bytes)
{
    if (bytes == 0)
        return false;
    bool carried = false;
    for (unsigned path = 0; path < paths.size(); ++path)
        carried |= path != context.path && peer.can_send(path) && context.sooner(path);
    if (!carried)
        return false;
    const size_t waiting = peer.outbox().waiting_at_head(c);
    if (waiting > bytes) {
        bytes = 0;
        return false;
    }
    bytes -= waiting;
    peer.outbox().withhold(c);
    return true;
}

// The earliest arrival of what waits for nothing; Time::max() if no contact is known that would
// bring it.
Time Link::Impl::earliest_arrival(const Peer& peer, Time now) const
{
    Time earliest = Time::max();
    for (unsigned path = 0; path < paths.size(); ++path) {
        const Time open = peer.contacts(path).next_open(now);
        if (open != Time::max())
            earliest = std::min(earliest, open + context.timings[path].transit);
    }
    return earliest;
}

// Optimistic: what is refused cannot arrive in time. Where no contact is known there may be one
// yet.
bool Link::Impl::too_late(const Peer& peer,
                          const Message& message,
                          Time now,
                          Time deadline) const
{
    const Time earliest = earliest_arrival(peer, now);
    if (deadline < (earliest == Time::max() ? now + context.transit() : earliest))
        return true;
    double fits = -double(message.bytes.size());
    for (unsigned path = 0; path < paths.size(); ++path) {
        const Timetable& contacts = peer.contacts(path);
        const bool used = peer.carries(path) || !contacts.always();
        if (!used || paths[path].frame_bytes == 0)
            continue;
        const Time last = deadline - context.timings[path].transit;
        const Time open = contacts.open_between(now, last);
        if (last >= now && (open > Time::zero() || contacts.open(now)))
            fits += (seconds(open) / seconds(context.timings[path].frame) + 1) *
                    double(paths[path].frame_bytes);
    }
    if (!peer.up() || fits <= -double(message.bytes.size()))
        return false;
    const auto ahead = [&](bool exactly) {
        double bytes = 0;
        for (const auto& [key, other] : peers) {
            if (!other->up())
                continue;
            for (size_t c = 0; c < size_t(message.message_class); ++c)
                bytes += double(other->outbox().waiting(Class(c)));
            const Outbox& box = other->outbox();
            bytes += double(exactly ? box.waiting_before(message.message_class, deadline)
                                    : box.waiting(message.message_class));
        }
        return bytes;
    };
    return ahead(false) > fits && ahead(true) > fits;
}

Link::PathState Link::path_state(const PublicKey& key, unsigned path) const
{
    const Peer* peer = impl_->find(key);
    return peer ? peer->path_state(path) : PathState();
}

Time Link::next_contact(const PublicKey& key, unsigned path, Time now) const
{
    const Peer* peer = impl_->find(key);
    return peer ? peer->contacts(path).next_open(now) : Time::max();
}

void Link::set_contacts(unsigned path, std::vector<Contact> contacts, Time now)
{
    impl_->use(path);
    impl_->context.contacts[path] = Contacts(std::move(contacts));
    for (const auto& [key, peer] : impl_->peers)
        peer->set_contacts(path, impl_->context.contacts[path].of(key), now);
    impl_->touch_all();
    impl_->tell();
}

} // namespace depinsat::link
