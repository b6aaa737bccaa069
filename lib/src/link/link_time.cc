// What the link knows of clocks.
#include "link_impl.h"

namespace depinsat::link {

std::optional<PeerTime> Link::peer_time(const PublicKey& key, Time now) const
{
    const Peer* peer = impl_->find(key);
    return peer ? peer->time(now) : std::nullopt;
}

std::optional<UnixTime> Link::unix_time(Time now) const
{
    const WallClock& own = impl_->context.wall;
    std::optional<UnixTime> best;
    if (own.offset)
        best = UnixTime{now + *own.offset, own.error, {}};
    if (own.error)
        return best;
    for (const auto& [key, peer] : impl_->peers) {
        const auto wall = peer->clock().wall(now);
        if (!wall || !wall->bound)
            continue;
        const Time error = wall->error + *wall->bound;
        if (!best || !best->error || error < *best->error)
            best = UnixTime{now + wall->offset, error, key};
    }
    return best;
}

} // namespace depinsat::link
