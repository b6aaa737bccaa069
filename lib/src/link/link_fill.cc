// How a frame is filled: handshakes, what is owed, then segments in the order of their urgency.
#include "link_impl.h"

#include <algorithm>

namespace depinsat::link {
namespace {

/// Frames whose report is awaited; the modem is never so far behind.
constexpr size_t kMaxUnreported = 256;

} // namespace

size_t Link::Impl::add_handshake(Frame& frame,
                                 Peer& peer,
                                 std::span<const uint8_t> packet,
                                 std::span<uint8_t> data_field)
{
    const size_t bytes = framing::kGseHeaderBytes + packet.size();
    if (data_field.size() < bytes)
        return 0;
    framing::write_gse_header(kEtherType, packet.size(),
                              data_field.first<framing::kGseHeaderBytes>());
    std::ranges::copy(packet, data_field.begin() + framing::kGseHeaderBytes);
    frame.handshakes.push_back(&peer);
    frame.packet_bytes += packet.size();
    return bytes;
}

size_t Link::Impl::fill_handshakes(Frame& frame, std::span<uint8_t> data_field, Time now)
{
    size_t used = 0;
    for (const auto& [key, peer] : peers) {
        if (peer->opener().due(now)) {
            const size_t bytes =
                add_handshake(frame, *peer, peer->opener().packet(), data_field.subspan(used));
            if (bytes)
                peer->opener().filled(now);
            used += bytes;
        }
        while (auto* reply = peer->answerer().next_reply()) {
            const size_t bytes =
                add_handshake(frame, *peer, reply->reply, data_field.subspan(used));
            if (!bytes)
                break;
            reply->reply_due = false;
            used += bytes;
        }
    }
    return used;
}

size_t Link::Impl::add_packet(Frame& frame, Peer& peer, std::span<uint8_t> data_field, Time now)
{
    if (data_field.size() <= framing::kGseHeaderBytes)
        return 0;
    auto room = data_field.subspan(framing::kGseHeaderBytes);
    room = room.first(std::min(room.size(), framing::kGseMaxPduBytes));
    const auto written = peer.write_packet(room, now, rival_of(peer));
    if (!written.bytes)
        return 0;
    framing::write_gse_header(kEtherType, written.bytes,
                              data_field.first<framing::kGseHeaderBytes>());
    frame.packets.push_back({&peer, written});
    frame.packet_bytes += written.bytes;
    return framing::kGseHeaderBytes + written.bytes;
}

Peer* Link::Impl::most_urgent() const
{
    Peer* best = nullptr;
    std::optional<Outbox::Rank> best_rank;
    for (const auto& [key, peer] : peers)
        if (const auto rank = peer->head(); rank && (!best_rank || *rank < *best_rank)) {
            best = peer.get();
            best_rank = rank;
        }
    return best;
}

std::optional<Outbox::Rank> Link::Impl::rival_of(const Peer& own) const
{
    std::optional<Outbox::Rank> best;
    for (const auto& [key, peer] : peers)
        if (const auto rank = peer->head();
            peer.get() != &own && rank && (!best || *rank < *best))
            best = rank;
    return best;
}

size_t Link::Impl::fill(Frame& frame, std::span<uint8_t> data_field, Time now)
{
    size_t used = fill_handshakes(frame, data_field, now);
    for (const auto& [key, peer] : peers)
        if (peer->owes(now))
            used += add_packet(frame, *peer, data_field.subspan(used), now);
    while (Peer* peer = most_urgent()) {
        const size_t bytes = add_packet(frame, *peer, data_field.subspan(used), now);
        if (!bytes)
            break;
        used += bytes;
    }
    std::ranges::fill(data_field.subspan(used), uint8_t(0));
    return used;
}

void Link::Impl::keep(Frame frame)
{
    context.stats.packet_bytes_sent += frame.packet_bytes;
    ++context.stats.frames_filled;
    for (const Packet& packet : frame.packets) {
        context.stats.segments_sent += packet.written.segments;
        context.stats.segments_repeated += packet.written.repeated;
    }
    unreported.push_back(std::move(frame));
    if (unreported.size() > kMaxUnreported)
        unreported.pop_front();
}

std::optional<Link::Impl::Frame> Link::Impl::take_frame(uint64_t sequence)
{
    // The latest one: a modem that was restarted counts from zero again.
    const auto it =
        std::find_if(unreported.rbegin(), unreported.rend(),
                     [&](const Frame& frame) { return frame.sequence == sequence; });
    if (it == unreported.rend())
        return std::nullopt;
    Frame frame = std::move(*it);
    unreported.erase(std::next(it).base());
    return frame;
}

} // namespace depinsat::link
