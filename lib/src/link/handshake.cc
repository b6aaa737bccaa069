#include "handshake.h"

#include <algorithm>
#include <cassert>

namespace depinsat::link {
namespace {

std::span<const uint8_t> prologue()
{
    return {reinterpret_cast<const uint8_t*>(kPrologue.data()), kPrologue.size()};
}

std::array<uint8_t, kInstanceBytes> bytes_of(uint64_t instance)
{
    std::array<uint8_t, kInstanceBytes> bytes;
    for (size_t i = 0; i < bytes.size(); ++i)
        bytes[i] = uint8_t(instance >> 8 * (bytes.size() - 1 - i));
    return bytes;
}

uint64_t instance_of(std::span<const uint8_t> bytes)
{
    uint64_t instance = 0;
    for (const uint8_t byte : bytes)
        instance = instance << 8 | byte;
    return instance;
}

} // namespace

void Opener::start(const Identity& own,
                   const PublicKey& remote,
                   uint16_t local_index,
                   Time now,
                   Time first_interval)
{
    local_index_ = local_index;
    due_ = now;
    interval_ = std::min<Time>(first_interval, kMaxHandshakeInterval);
    noise_.emplace(NoiseIk::initiator(own.keys, remote, prologue()));
    const auto message = noise_->write_message(bytes_of(own.instance), generate_key_pair());
    if (!message) {
        noise_.reset(); // a listed key of low order: there can be no session
        return;
    }
    packet_.resize(kPacketHeaderBytes);
    write_packet_header({PacketType::kHandshake1, local_index},
                        std::span(packet_).first<kPacketHeaderBytes>());
    packet_.insert(packet_.end(), message->begin(), message->end());
    const auto mac = mac_of_opening(remote, packet_);
    packet_.insert(packet_.end(), mac.begin(), mac.end());
    assert(packet_.size() == kHandshake1Bytes);
}

void Opener::filled(Time now)
{
    due_ = now + interval_;
    interval_ = std::min<Time>(2 * interval_, kMaxHandshakeInterval);
}

std::optional<Session> Opener::finish(std::span<const uint8_t> packet)
{
    if (!active() || packet.size() != kHandshake2Bytes)
        return std::nullopt;
    const auto answerer = read_packet_header(packet.subspan(kPacketHeaderBytes));
    if (!answerer || answerer->type != PacketType::kHandshake1)
        return std::nullopt;
    NoiseIk trial = *noise_;
    const auto payload = trial.read_message(packet.subspan(2 * kPacketHeaderBytes));
    if (!payload)
        return std::nullopt;
    noise_.reset();
    return Session({local_index_, answerer->index, instance_of(*payload)}, trial.keys());
}

std::optional<PublicKey> ephemeral_of_opening(std::span<const uint8_t> packet)
{
    if (packet.size() != kHandshake1Bytes)
        return std::nullopt;
    PublicKey ephemeral;
    std::copy_n(packet.begin() + kPacketHeaderBytes, ephemeral.size(), ephemeral.begin());
    return ephemeral;
}

bool is_opening_for(const PublicKey& own, std::span<const uint8_t> packet)
{
    return packet.size() == kHandshake1Bytes &&
           std::ranges::equal(mac_of_opening(own, packet.first(packet.size() - kMacBytes)),
                              packet.last(kMacBytes));
}

std::optional<Opening> read_opening(const Identity& own, std::span<const uint8_t> packet)
{
    const auto ephemeral = ephemeral_of_opening(packet);
    const auto header = read_packet_header(packet);
    if (!ephemeral || !header)
        return std::nullopt;
    NoiseIk noise = NoiseIk::responder(own.keys, prologue());
    const auto payload = noise.read_message(
        packet.subspan(kPacketHeaderBytes, kHandshake1Bytes - kPacketHeaderBytes - kMacBytes));
    if (!payload)
        return std::nullopt;
    return Opening{std::move(noise), header->index, instance_of(*payload), *ephemeral};
}

bool Answerer::repeat(const PublicKey& ephemeral)
{
    const auto known = std::ranges::find(candidates_, ephemeral, &Candidate::ephemeral);
    if (known == candidates_.end())
        return false;
    known->reply_due = true;
    return true;
}

void Answerer::answer(Opening opening, const Identity& own, uint16_t local_index, Time now)
{
    const auto message =
        opening.noise.write_message(bytes_of(own.instance), generate_key_pair());
    if (!message)
        return;
    std::vector<uint8_t> reply(2 * kPacketHeaderBytes);
    write_packet_header({PacketType::kHandshake2, opening.remote_index},
                        std::span(reply).first<kPacketHeaderBytes>());
    write_packet_header({PacketType::kHandshake1, local_index},
                        std::span(reply).subspan<kPacketHeaderBytes, kPacketHeaderBytes>());
    reply.insert(reply.end(), message->begin(), message->end());
    assert(reply.size() == kHandshake2Bytes);
    if (candidates_.size() == kMaxCandidates)
        candidates_.pop_front();
    const Session session({local_index, opening.remote_index, opening.instance},
                          opening.noise.keys());
    candidates_.push_back({opening.ephemeral, session, std::move(reply), true, now});
}

Answerer::Candidate* Answerer::next_reply()
{
    const auto due = std::ranges::find(candidates_, true, &Candidate::reply_due);
    return due == candidates_.end() ? nullptr : &*due;
}

void Answerer::not_sent()
{
    for (Candidate& candidate : candidates_)
        candidate.reply_due = true;
}

void Answerer::forget_up_to(const PublicKey& ephemeral)
{
    const auto used = std::ranges::find(candidates_, ephemeral, &Candidate::ephemeral);
    if (used != candidates_.end())
        candidates_.erase(candidates_.begin(), std::next(used));
}

void Answerer::forget_stale(Time now)
{
    while (!candidates_.empty() && candidates_.front().since + kCandidateLife <= now)
        candidates_.pop_front();
}

} // namespace depinsat::link
