#pragma once

#include "depinsat/framing/gse.h"
#include "depinsat/link/noise.h"
#include "depinsat/link/wire.h"

#include <algorithm>
#include <optional>
#include <sodium.h>
#include <span>
#include <vector>

/// Packets of the link that are made and read without it, from its wire format alone.
namespace depinsat::link::test {

using Bytes = std::vector<uint8_t>;

inline std::span<const uint8_t> prologue()
{
    return {reinterpret_cast<const uint8_t*>(kPrologue.data()), kPrologue.size()};
}

inline void append(Bytes& bytes, std::span<const uint8_t> more)
{
    bytes.insert(bytes.end(), more.begin(), more.end());
}

inline void append_u64(Bytes& bytes, uint64_t number)
{
    for (int shift = 56; shift >= 0; shift -= 8)
        bytes.push_back(uint8_t(number >> shift));
}

/// The first bytes of a BLAKE2b of 16 bytes.
inline Bytes hash_of(std::span<const uint8_t> bytes, std::span<const uint8_t> key, size_t size)
{
    Bytes hash(16);
    crypto_generichash(hash.data(), hash.size(), bytes.data(), bytes.size(), key.data(),
                       key.size());
    hash.resize(size);
    return hash;
}

/// What an opener by hand says.
struct Words {
    uint16_t index = 1;
    uint64_t instance = 0, time_stamp = 1;
    std::optional<Bytes> cookie{};
};

/// An opener by hand: its handshake 1, and what it reads in handshake 2.
struct HandMadeOpener {
    HandMadeOpener(const KeyPair& own,
                   const PublicKey& remote,
                   const KeyPair& ephemeral,
                   const Words& words = {})
        : noise(NoiseIk::initiator(own, remote, prologue()))
    {
        packet.resize(kPacketHeaderBytes);
        write_packet_header({PacketType::kHandshake1, words.index},
                            std::span(packet).first<kPacketHeaderBytes>());
        Bytes payload;
        append_u64(payload, words.instance);
        append_u64(payload, words.time_stamp);
        append(packet, noise.write_message(payload, ephemeral).value());
        if (words.cookie) {
            append(packet, hash_of(*words.cookie, {}, kCookieNameBytes));
            append(packet, hash_of(packet, *words.cookie, kCookieProofBytes));
        } else {
            packet.resize(packet.size() + kCookieNameBytes + kCookieProofBytes);
        }
        append(packet, mac_of_handshake(remote, packet));
    }

    /// @return whether it is authentic.
    bool read(std::span<const uint8_t> answer)
    {
        if (answer.size() != kHandshake2Bytes)
            return false;
        const auto payload = noise.read_message(answer.subspan(
            2 * kPacketHeaderBytes, answer.size() - 2 * kPacketHeaderBytes - kMacBytes));
        if (!payload)
            return false;
        remote_index = read_packet_header(answer.subspan(kPacketHeaderBytes))->index;
        cookie.assign(payload->begin() + kInstanceBytes, payload->end());
        return true;
    }

    NoiseIk noise;
    Bytes packet;
    uint16_t remote_index = 0;
    Bytes cookie;
};

/// A data packet.
inline Bytes
sealed(const Key& key, uint16_t index, uint32_t counter, std::span<const uint8_t> items)
{
    Bytes packet(kDataHeaderBytes);
    write_packet_header({PacketType::kData, index},
                        std::span(packet).first<kPacketHeaderBytes>());
    write_u32(counter, std::span(packet).subspan<kPacketHeaderBytes, 4>());
    Bytes body(items.size() + kTagBytes);
    seal(key, counter, packet, items, body);
    append(packet, body);
    return packet;
}

/// A data field that holds the packet alone.
inline Bytes framed(std::span<const uint8_t> packet)
{
    Bytes bytes(framing::kGseHeaderBytes + packet.size());
    framing::write_gse_header(kEtherType, packet.size(),
                              std::span(bytes).first<framing::kGseHeaderBytes>());
    std::ranges::copy(packet, bytes.begin() + framing::kGseHeaderBytes);
    return bytes;
}

/// The first packet of a data field; empty if it holds none.
inline Bytes first_packet(const Bytes& frame)
{
    if (frame[0] == 0)
        return {};
    const size_t length = (frame[0] & 0x0F) << 8 | frame[1];
    return {frame.begin() + 4, frame.begin() + 2 + std::ptrdiff_t(length)};
}

} // namespace depinsat::link::test
