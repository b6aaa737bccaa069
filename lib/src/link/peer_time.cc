// What a peer and this station say to each other of their clocks.
#include "peer.h"

namespace depinsat::link {
namespace {

// A link with segments not longer ago is busy.
constexpr std::chrono::seconds kBusy{10};

} // namespace

size_t Peer::write_time_to(std::span<uint8_t> room, Time now, SentPacket& packet)
{
    const bool answered = packet.wants_ack || outbox_.ready();
    const auto item = clock_.say(
        context_.wall, {now, context_.frame_ends, answered, now - last_segment_ < kBusy});
    if (!item || room.size() < kMaxLinkTimeBytes)
        return 0;
    clock_.said(*item, context_.wall, now);
    packet.asks_time = item->question;
    packet.tells_wall = item->wall.has_value();
    packet.wants_ack |= packet.asks_time || packet.tells_wall;
    return write_link_time(*item, room);
}

size_t Peer::write_late_to(std::span<uint8_t> room, SentPacket& packet)
{
    size_t used = 0;
    while (!late_.empty() && room.size() - used >= kLateBytes) {
        used += write_late({late_.back()}, room.subspan(used));
        late_.pop_back();
        packet.wants_ack = true;
    }
    return used;
}

void Peer::take_late(const Late& late)
{
    const auto message = outbox_.late(late.message_id);
    if (!message)
        return;
    ++context_.stats.messages_late;
    ended(message->first, message->second);
}

std::optional<PeerTime> Peer::time(Time now) const
{
    const auto known = clock_.estimate(now);
    if (!known)
        return std::nullopt;
    PeerTime time{known->offset, known->error, known->age, {}, {}, {}};
    if (!context_.config.initiator) {
        if (!clock_.peer_error())
            return std::nullopt;
        time.error = *clock_.peer_error();
    }
    if (const auto wall = clock_.wall(now); wall && context_.wall.offset) {
        time.wall_offset = wall->offset - *context_.wall.offset;
        time.wall_error = wall->error;
        time.peer_wall_error = wall->bound;
    }
    return time;
}

} // namespace depinsat::link
