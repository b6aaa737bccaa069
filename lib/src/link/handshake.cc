#include "handshake.h"

#include <algorithm>
#include <cassert>
#include <sodium.h>

namespace depinsat::link {
namespace {

constexpr size_t kProofAt = kHandshake1Bytes - kMacBytes - kCookieProofBytes;
constexpr size_t kCookieNameAt = kProofAt - kCookieNameBytes;

std::span<const uint8_t> prologue()
{
    return {reinterpret_cast<const uint8_t*>(kPrologue.data()), kPrologue.size()};
}

void append(std::vector<uint8_t>& bytes, std::span<const uint8_t> more)
{
    bytes.insert(bytes.end(), more.begin(), more.end());
}

void append(std::vector<uint8_t>& bytes, uint64_t number)
{
    for (int shift = 56; shift >= 0; shift -= 8)
        bytes.push_back(uint8_t(number >> shift));
}

uint64_t number_of(std::span<const uint8_t> bytes)
{
    uint64_t number = 0;
    for (const uint8_t byte : bytes.first(8))
        number = number << 8 | byte;
    return number;
}

std::array<uint8_t, kCookieProofBytes> proof(const Cookie& cookie,
                                             std::span<const uint8_t> packet)
{
    std::array<uint8_t, 16> mac;
    crypto_generichash(mac.data(), mac.size(), packet.data(), kProofAt, cookie.data(),
                       cookie.size());
    std::array<uint8_t, kCookieProofBytes> proof;
    std::copy_n(mac.begin(), proof.size(), proof.begin());
    return proof;
}

bool has_mac_for(const PublicKey& receiver, std::span<const uint8_t> packet)
{
    const auto mac = mac_of_handshake(receiver, packet.first(packet.size() - kMacBytes));
    return sodium_memcmp(mac.data(), packet.last(kMacBytes).data(), kMacBytes) == 0;
}

} // namespace

CookieName name_of(const Cookie& cookie)
{
    std::array<uint8_t, 16> hash;
    crypto_generichash(hash.data(), hash.size(), cookie.data(), cookie.size(), nullptr, 0);
    return number_of(hash);
}

void Opener::start(const Identity& own,
                   const Letter& letter,
                   SessionIndex index,
                   Time now,
                   Time first_interval)
{
    index_ = std::move(index);
    since_ = due_ = now;
    sent_ = false;
    if (!interval_)
        interval_ = std::min<Time>(first_interval, kMaxHandshakeInterval);
    noise_.emplace(NoiseIk::initiator(own.keys, letter.remote, prologue()));
    std::vector<uint8_t> payload;
    append(payload, letter.instance);
    append(payload, letter.time_stamp);
    const auto message = noise_->write_message(payload, generate_key_pair());
    assert(message); // no listed key is of low order
    packet_.assign(kPacketHeaderBytes, 0);
    write_packet_header({PacketType::kHandshake1, index_.name()},
                        std::span(packet_).first<kPacketHeaderBytes>());
    append(packet_, *message);
    append(packet_, letter.cookie ? name_of(*letter.cookie) : 0);
    if (letter.cookie)
        append(packet_, proof(*letter.cookie, packet_));
    else
        packet_.resize(kProofAt + kCookieProofBytes);
    append(packet_, mac_of_handshake(letter.remote, packet_));
    assert(packet_.size() == kHandshake1Bytes);
}

void Opener::stop()
{
    noise_.reset();
    index_ = {};
    interval_.reset();
}

void Opener::filled(Time now)
{
    sent_ = true;
    due_ = now + *interval_;
    interval_ = std::min<Time>(2 * *interval_, kMaxHandshakeInterval);
}

bool Opener::is_answer(const PublicKey& own, std::span<const uint8_t> packet) const
{
    return active() && packet.size() == kHandshake2Bytes && has_mac_for(own, packet);
}

std::optional<Opener::Opened> Opener::finish(std::span<const uint8_t> packet)
{
    const auto answerer = read_packet_header(packet.subspan(kPacketHeaderBytes));
    if (!answerer || answerer->type != PacketType::kHandshake1)
        return std::nullopt;
    NoiseIk trial = *noise_;
    const auto payload = trial.read_message(packet.subspan(
        2 * kPacketHeaderBytes, packet.size() - 2 * kPacketHeaderBytes - kMacBytes));
    if (!payload)
        return std::nullopt;
    Cookie cookie;
    std::copy_n(payload->begin() + kInstanceBytes, cookie.size(), cookie.begin());
    Session session(std::move(index_), answerer->index, number_of(*payload), trial.keys());
    stop();
    return Opened{std::move(session), cookie};
}

bool is_opening_for(const PublicKey& own, std::span<const uint8_t> packet)
{
    return packet.size() == kHandshake1Bytes && has_mac_for(own, packet);
}

OpeningName name_of_opening(std::span<const uint8_t> packet)
{
    OpeningName name;
    std::ranges::copy(packet.last(kMacBytes), name.begin());
    return name;
}

CookieName cookie_shown(std::span<const uint8_t> packet)
{
    return number_of(packet.subspan(kCookieNameAt));
}

bool shows(const Cookie& cookie, std::span<const uint8_t> packet)
{
    const auto expected = proof(cookie, packet);
    return sodium_memcmp(expected.data(), packet.subspan(kProofAt).data(), expected.size()) ==
           0;
}

std::optional<Opening> read_opening(const KeyPair& own, std::span<const uint8_t> packet)
{
    NoiseIk noise = NoiseIk::responder(own, prologue());
    const auto payload = noise.read_message(
        packet.subspan(kPacketHeaderBytes, kCookieNameAt - kPacketHeaderBytes));
    if (!payload)
        return std::nullopt;
    return Opening{std::move(noise), read_packet_header(packet)->index, number_of(*payload),
                   number_of(std::span(*payload).subspan(kInstanceBytes))};
}

void Answerer::repeat(const OpeningName& opening)
{
    for (Candidate& candidate : candidates_)
        if (candidate.opening.name() == opening)
            candidate.reply_paths = kAllPaths;
}

void Answerer::answer(Opening opening,
                      Directory<OpeningName, OpeningHash>::Entry name,
                      Given given,
                      SessionIndex index,
                      uint64_t instance,
                      Time now)
{
    std::vector<uint8_t> payload;
    append(payload, instance);
    append(payload, given.cookie);
    const auto message = opening.noise.write_message(payload, generate_key_pair());
    if (!message)
        return;
    const PublicKey& remote = opening.noise.remote();
    std::vector<uint8_t> reply(2 * kPacketHeaderBytes);
    write_packet_header({PacketType::kHandshake2, opening.remote_index},
                        std::span(reply).first<kPacketHeaderBytes>());
    write_packet_header({PacketType::kHandshake1, index.name()},
                        std::span(reply).subspan<kPacketHeaderBytes, kPacketHeaderBytes>());
    append(reply, *message);
    append(reply, mac_of_handshake(remote, reply));
    assert(reply.size() == kHandshake2Bytes);
    if (candidates_.size() == kMaxCandidates)
        candidates_.pop_front();
    candidates_.push_back({std::move(name),
                           Session(std::move(index), opening.remote_index, opening.instance,
                                   opening.noise.keys()),
                           std::move(given), std::move(reply), kAllPaths, now});
}

Answerer::Candidate* Answerer::next_reply(unsigned path)
{
    const auto due = std::ranges::find_if(
        candidates_, [path](const Candidate& one) { return one.reply_paths >> path & 1; });
    return due == candidates_.end() ? nullptr : &*due;
}

bool Answerer::replies_on(unsigned path) const
{
    return std::ranges::any_of(
        candidates_, [path](const Candidate& one) { return one.reply_paths >> path & 1; });
}

void Answerer::not_sent()
{
    for (Candidate& candidate : candidates_)
        candidate.reply_paths = kAllPaths;
}

Answerer::Candidate Answerer::take(std::deque<Candidate>::iterator used)
{
    Candidate candidate = std::move(*used);
    candidates_.erase(candidates_.begin(), std::next(used));
    return candidate;
}

void Answerer::forget_stale(Time now)
{
    while (next_stale() <= now)
        candidates_.pop_front();
}

Time Answerer::next_stale() const
{
    return candidates_.empty() ? Time::max() : candidates_.front().since + kCandidateLife;
}

} // namespace depinsat::link
