#include "depinsat/link/link.h"

#include "link_impl.h"

#include <algorithm>
#include <cassert>
#include <functional>
#include <sodium.h>
#include <stdexcept>
#include <utility>

namespace depinsat::link {
namespace {

/// Less is a clock that is kept right, not one that was set.
constexpr std::chrono::seconds kWallStep{1};

} // namespace

Link::Impl::Impl(const LinkConfig& config,
                 const KeyPair& own,
                 std::span<const PublicKey> keys,
                 LinkEvents& user,
                 Store& store)
    : context{config, {}, {own}, store}, events(user)
{
    auto& all = context.config.paths;
    if (all.empty())
        all.push_back({config.one_way_delay, config.max_frame_time, config.lead});
    if (all.size() > kMaxPaths)
        throw std::invalid_argument("paths: there must be at most 16");
    for (const PathConfig& path : all)
        context.timings.emplace_back(path, config.keep_alive);
    context.ears.resize(all.size());
    context.contacts.resize(all.size());
    context.asked.resize(all.size());
    paths.resize(all.size());
    context.sooner = [this](unsigned path) {
        return attentive(path, asked_now) &&
               next_arrival(path, asked_now) <
                   context.frame_ends + context.timings[context.path].delay;
    };
    for (const PublicKey& key : keys)
        add(key);
    forget_unlisted(context.config.wall_started);
}

Peer* Link::Impl::find(const PublicKey& key) const
{
    const auto it = peers.find(key);
    return it == peers.end() ? nullptr : it->second.get();
}

bool Link::Impl::receive(std::span<const uint8_t> packet, Time now)
{
    if (const auto number = read_group_number(packet))
        return groups.receive(*number, packet, now);
    const auto header = read_packet_header(packet);
    if (!header) {
        ++context.stats.rejected_packets;
        return false;
    }
    const bool initiator = context.config.initiator;
    if (header->type == PacketType::kHandshake1 && !initiator)
        return receive_opening(packet, now);
    Peer* peer =
        header->type == PacketType::kHandshake1 ? nullptr : context.indices.find(header->index);
    if (!peer || (header->type == PacketType::kHandshake2 && !initiator)) {
        ++context.stats.foreign_packets;
        return false;
    }
    const bool authentic = header->type == PacketType::kHandshake2
                               ? peer->receive_answer(packet, now)
                               : peer->receive_data(header->index, packet, now);
    if (authentic)
        touch(*peer);
    context.stats.rejected_packets += !authentic;
    return authentic;
}

void Link::Impl::send_again(const Frame& frame, OnAir on_air, Time now)
{
    for (const Packet& packet : frame.packets)
        packet.peer->send_again(packet.written, on_air, now);
    for (const auto& [group, written] : frame.groups)
        on_air == OnAir::kNever ? groups.not_sent(group, written) : groups.sent(group, written);
    for (Peer* peer : frame.handshakes) {
        peer->opener().not_sent(now);
        peer->answerer().not_sent();
        touch(*peer);
    }
    for (const Packet& packet : frame.packets)
        touch(*packet.peer);
}

// A gateway takes many frames a second, each from one of very many peers: only that one is
// asked. What becomes due later than it was is found out when the timers run.
void Link::Impl::touch(const Peer& peer)
{
    soonest = std::min(soonest, peer.next_timer());
}

void Link::Impl::touch_all()
{
    soonest = Time::max();
    for (const auto& [key, peer] : peers)
        touch(*peer);
}

void Link::Impl::run_timers(Time now)
{
    if (std::exchange(forget_revoked, false))
        forget_unlisted(context.wall_time(now));
    groups.run_timers(now);
    for (const auto& [key, peer] : peers)
        peer->run_timers(now);
}

void Link::Impl::tell()
{
    while (!context.events.empty()) {
        const auto told = std::exchange(context.events, {});
        for (const Event& event : told) {
            if (const auto* up = std::get_if<PeerEvent>(&event))
                events.on_peer(up->peer, up->up);
            else if (const auto* message = std::get_if<MessageEvent>(&event))
                events.on_message(message->peer, message->message);
            else if (const auto* outcome = std::get_if<OutcomeEvent>(&event))
                events.on_outcome(outcome->id, outcome->outcome);
            else if (const auto* reception = std::get_if<ReceptionEvent>(&event))
                events.on_reception(reception->peer, reception->es_n0_db, reception->path);
            else if (const auto* path = std::get_if<PathEvent>(&event))
                events.on_path(path->peer, path->path, path->up);
            else if (const auto* group = std::get_if<GroupMessageEvent>(&event))
                events.on_group_message(group->group, group->sender, group->message);
        }
    }
}

Link::Link(const LinkConfig& config,
           const KeyPair& own,
           std::span<const PublicKey> peers,
           LinkEvents& events,
           Store& store)
{
    if (sodium_init() < 0)
        throw std::runtime_error("libsodium finds no source of random numbers");
    impl_ = std::make_unique<Impl>(config, own, peers, events, store);
}

Link::~Link() = default;

size_t Link::fill(uint64_t sequence, std::span<uint8_t> data_field, Time now, const Slot& slot)
{
    impl_->use(slot.path);
    impl_->run_timers(now);
    const PathConfig& config = impl_->context.config.paths[slot.path];
    Impl::Frame frame{sequence, slot.airtime.value_or(config.max_frame_time), 0, {}, {}, {}};
    impl_->context.frame_ends = slot.on_air.value_or(now + config.lead) + frame.airtime;
    Impl::Path& path = impl_->paths[slot.path];
    path.frame_bytes = data_field.size();
    path.airtime = frame.airtime;
    impl_->context.asked[slot.path] = now;
    impl_->asked_now = now;
    const size_t used = impl_->fill(frame, data_field, now);
    if (used)
        impl_->keep(std::move(frame));
    impl_->touch_all();
    impl_->tell();
    return used;
}

void Link::not_sent(uint64_t sequence, Time now, unsigned path)
{
    const auto frame = impl_->take_frame(sequence, path);
    if (!frame)
        return;
    impl_->context.stats.packet_bytes_sent -= frame->packet_bytes;
    impl_->send_again(*frame, OnAir::kNever, now);
}

void Link::not_reported(uint64_t sequence, Time now, unsigned path)
{
    if (const auto frame = impl_->take_frame(sequence, path))
        impl_->send_again(*frame, OnAir::kPerhaps, now);
    impl_->tell();
}

void Link::sent(uint64_t sequence, Time now, unsigned path)
{
    const auto frame = impl_->take_frame(sequence, path);
    if (!frame)
        return;
    for (const auto& packet : frame->packets) {
        packet.peer->sent(packet.written, now, now + frame->airtime);
        impl_->touch(*packet.peer);
    }
    for (const auto& [group, written] : frame->groups)
        impl_->groups.sent(group, written);
    impl_->tell();
}

void Link::receive(std::span<const uint8_t> data_field, Time now, unsigned path)
{
    impl_->use(path);
    bool any = false;
    const auto take = [&](const framing::GsePdu& pdu) {
        if (pdu.protocol_type != kEtherType || !pdu.label.empty())
            return;
        const bool authentic = impl_->receive(pdu.bytes, now);
        any |= authentic;
        impl_->context.stats.packet_bytes_received += authentic ? pdu.bytes.size() : 0;
    };
    impl_->paths[path].gse.parse(data_field,
                                 std::cref(take)); // a copy of it would be on the heap
    impl_->context.stats.frames_received += any;
    impl_->tell();
}

void Link::hear(double es_n0_db, Time now, unsigned path)
{
    impl_->context.ears[path].hear(es_n0_db, now);
}

bool Link::introduces(Time now, unsigned path) const
{
    impl_->use(path);
    return std::ranges::any_of(
        impl_->peers, [now](const auto& entry) { return entry.second->introduces(now); });
}

void Link::run_timers(Time now)
{
    impl_->run_timers(now);
    impl_->touch_all();
    impl_->tell();
}

Time Link::next_timer() const
{
    assert(std::ranges::all_of(impl_->peers, [this](const auto& entry) {
        return impl_->soonest <= entry.second->next_timer();
    }));
    if (!impl_->context.events.empty() || impl_->forget_revoked)
        return Time::min();
    return std::min(impl_->soonest, impl_->groups.next_timer());
}

Time Link::next_fill(unsigned path) const
{
    impl_->use(path);
    Time next = impl_->groups.anything_to_send() ? Time::min() : Time::max();
    for (const auto& [key, peer] : impl_->peers)
        next = std::min(next, peer->next_fill());
    return next;
}

void Link::set_wall_clock(Time unix_time, std::optional<Time> error, Time now)
{
    Context& context = impl_->context;
    const Time by = unix_time - context.wall_time(now);
    context.wall = {unix_time - now, error};
    if (std::chrono::abs(by) >= kWallStep)
        for (const auto& [key, peer] : impl_->peers)
            peer->wall_was_set(by);
}

bool Link::peer_is_up(const PublicKey& key) const
{
    const Peer* peer = impl_->find(key);
    return peer && peer->up();
}

const LinkStats& Link::stats() const
{
    return impl_->context.stats;
}

} // namespace depinsat::link
