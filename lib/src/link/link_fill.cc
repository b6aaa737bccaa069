// How a frame is filled: handshakes, what is owed, then segments as the scheduler says; one
// packet a peer.
#include "link_impl.h"

#include <algorithm>

namespace depinsat::link {
namespace {

/// Frames whose report is awaited; the modem is never so far behind.
constexpr size_t kMaxUnreported = 256;

constexpr size_t kPacketOverhead = framing::kGseHeaderBytes + kDataOverhead;
constexpr size_t kMaxItemBytes = framing::kGseMaxPduBytes - kDataOverhead;

/// Less room for items is not worth a packet of its own.
constexpr size_t kLeastRoom = 32;

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
        if (peer->opening_due(now)) {
            const size_t bytes =
                add_handshake(frame, *peer, peer->opener().packet(), data_field.subspan(used));
            if (bytes)
                peer->opening_filled(now);
            used += bytes;
        }
        while (auto* reply = peer->reply_due()) {
            const size_t bytes =
                add_handshake(frame, *peer, reply->reply, data_field.subspan(used));
            if (!bytes)
                break;
            reply->reply_paths &= ~(uint32_t(1) << context.path);
            used += bytes;
        }
    }
    return used;
}

std::vector<SchedulerSource*> Link::Impl::ready_sources()
{
    std::vector<SchedulerSource*> ready;
    if (const auto closes = context.contacts[context.path].any().current(asked_now);
        closes && context.frame_ends < *closes)
        ready = groups.ready();
    for (const auto& [key, peer] : peers)
        if (peer->ready())
            ready.push_back(peer.get());
    return ready;
}

Peer::Draft& Link::Impl::open_draft(Peer& peer, size_t room, Time now)
{
    if (open_drafts == drafts.size())
        drafts.emplace_back();
    Peer::Draft& draft = drafts[open_drafts++];
    peer.open(draft, std::min(room, kMaxItemBytes), now);
    return draft;
}

// The peer's latest packet of this frame if there is room in it.
Peer::Draft* Link::Impl::draft_for(Peer& peer, size_t room, Time now)
{
    for (size_t i = open_drafts; i-- > 0;)
        if (drafts[i].peer == &peer) {
            if (drafts[i].items.size() + kLeastRoom <= kMaxItemBytes)
                return &drafts[i];
            break;
        }
    if (room < kPacketOverhead + kLeastRoom)
        return nullptr;
    return &open_draft(peer, room - kPacketOverhead, now);
}

// @param used  of the room, by drafts with what their packets need besides; what a further one
//              takes is added, but not the segment.
size_t Link::Impl::add_segment(Peer& peer, Class c, size_t room, size_t& used, Time now)
{
    const size_t packets = open_drafts;
    Peer::Draft* draft = draft_for(peer, room - used, now);
    if (!draft)
        return 0;
    if (open_drafts > packets)
        used += kPacketOverhead + draft->items.size();
    const size_t left = std::min(room - used, kMaxItemBytes - draft->items.size());
    return peer.add_segment(*draft, c, left, now);
}

// Group packets are sealed at once, and come behind the others.
size_t Link::Impl::fill_group(Frame& frame, GroupOutbox& group, Class c, size_t room, Time now)
{
    group_packets.resize(std::max(group_packets.size(), group_bytes + room));
    GroupOutbox::Written written;
    const size_t bytes = group.write(c,
                                     {std::span(group_packets).subspan(group_bytes, room),
                                      paths[context.path].frame_bytes, !peers.empty()},
                                     now, written);
    if (bytes)
        frame.groups.emplace_back(&group, written);
    group_bytes += bytes;
    frame.packet_bytes += bytes - framing::kGseHeaderBytes * written.packets;
    return bytes;
}

// @return bytes of the drafts with what their packets need besides.
size_t Link::Impl::fill_drafts(Frame& frame, size_t room, Time now)
{
    open_drafts = 0;
    group_bytes = 0;
    size_t used = 0;
    for (const auto& [key, peer] : peers)
        if (peer->owes(now) && room - used >= kPacketOverhead + kLeastRoom)
            used += kPacketOverhead +
                    open_draft(*peer, room - used - kPacketOverhead, now).items.size();
    if (paths.size() > 1)
        for (const auto& [key, peer] : peers)
            peer->outbox().fill_on(context.path, now,
                                   context.frame_ends - now +
                                       context.timings[context.path].delay);
    size_t others = left_to_others(now);
    scheduler.begin(ready_sources(), room);
    while (const auto choice = scheduler.next()) {
        auto* group = dynamic_cast<GroupOutbox*>(choice->source);
        if (!group &&
            withholds(static_cast<Peer&>(*choice->source), choice->message_class, others))
            continue;
        const size_t bytes =
            group ? fill_group(frame, *group, choice->message_class, room - used, now)
                  : add_segment(static_cast<Peer&>(*choice->source), choice->message_class,
                                room, used, now);
        if (bytes)
            scheduler.served(*choice, bytes);
        else
            scheduler.pass(*choice);
        used += bytes;
    }
    return used;
}

size_t
Link::Impl::seal(Frame& frame, Peer::Draft& draft, std::span<uint8_t> data_field, Time now)
{
    if (draft.items.empty())
        return 0;
    const size_t bytes = draft.items.size() + kDataOverhead;
    framing::write_gse_header(kEtherType, bytes, data_field.first<framing::kGseHeaderBytes>());
    draft.peer->seal(draft, data_field.subspan(framing::kGseHeaderBytes, bytes), now);
    frame.packets.push_back({draft.peer, draft.written});
    frame.packet_bytes += bytes;
    return framing::kGseHeaderBytes + bytes;
}

size_t Link::Impl::fill(Frame& frame, std::span<uint8_t> data_field, Time now)
{
    size_t used = fill_handshakes(frame, data_field, now);
    fill_drafts(frame, data_field.size() - used, now);
    context.store.commit(); // a peer may rely on whatever it is told
    for (size_t i = 0; i < open_drafts; ++i)
        used += seal(frame, drafts[i], data_field.subspan(used), now);
    std::copy_n(group_packets.begin(), group_bytes, data_field.begin() + std::ptrdiff_t(used));
    used += group_bytes;
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
    auto& unreported = paths[context.path].unreported;
    unreported.push_back(std::move(frame));
    if (unreported.size() > kMaxUnreported) {
        for (const auto& [group, written] : unreported.front().groups)
            groups.sent(group, written);
        unreported.pop_front();
    }
}

std::optional<Link::Impl::Frame> Link::Impl::take_frame(uint64_t sequence, unsigned path)
{
    auto& unreported = paths[path].unreported;
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
