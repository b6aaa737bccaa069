#pragma once

#include "bridge/bitcoin/block.h"

#include <optional>
#include <string>

/// Messages of the Bitcoin P2P protocol, as nodes speak it on TCP: no sockets here.
namespace depinsat::bridge::bitcoin {

inline constexpr uint32_t kProtocolVersion = 70016;
inline constexpr uint32_t kLeastProtocolVersion = 70015; ///< compact blocks with witnesses

/// Bits of services.
inline constexpr uint64_t kNodeNetwork = 1;
inline constexpr uint64_t kNodeWitness = 1 << 3;
inline constexpr uint64_t kNodeNetworkLimited = 1 << 10; ///< the last 288 blocks (BIP159)

inline constexpr size_t kFrameHeaderBytes = 24;
inline constexpr size_t kMaxInventory = 50'000;
inline constexpr size_t kMaxHeaders = 2000;
inline constexpr size_t kMaxLocator = 101;

struct FrameHeader {
    std::string command;
    uint32_t length = 0; ///< at most max_payload(command)
    std::array<uint8_t, 4> checksum{};
};

/// The largest payload that is taken, by command, known ones and others.
size_t max_payload(std::string_view command);

/// @return nothing if the network is another, the command is no text or the length beyond
///         max_payload().
std::optional<FrameHeader> read_frame_header(std::span<const uint8_t, kFrameHeaderBytes>,
                                             const std::array<uint8_t, 4>& magic);

bool checksum_holds(const FrameHeader&, std::span<const uint8_t> payload);

/// A whole message. @param command  at most 12 characters.
Bytes frame(const std::array<uint8_t, 4>& magic,
            std::string_view command,
            std::span<const uint8_t> payload);

struct Version {
    uint32_t version = kProtocolVersion;
    uint64_t services = 0;
    int64_t time = 0; ///< Unix time in s
    uint64_t nonce = 0;
    std::string user_agent; ///< at most 256 bytes
    uint32_t height = 0;
    bool relay = true; ///< transactions are wanted
};

enum class InventoryType : uint32_t {
    kTransaction = 1,
    kBlock = 2,
    kCompactBlock = 4,
    kWitnessTransaction = 0x40000001,
    kWitnessBlock = 0x40000002,
};

struct Inventory {
    InventoryType type; ///< any number
    Hash256 hash;
};

/// Of getheaders and getblocks.
struct Locator {
    std::vector<Hash256> hashes; ///< at most kMaxLocator, the best first
    Hash256 stop{};              ///< zero: as many as possible
};

struct SendCompact {
    bool announce = false; ///< new blocks come as cmpctblock, without being asked for
    uint64_t version = 2;
};

Bytes encode(const Version&);
Bytes encode(std::span<const Inventory>); ///< inv, getdata, notfound
Bytes encode(std::span<const BlockHeader>);
Bytes encode(const Locator&);
Bytes encode(const SendCompact&);
Bytes encode_number(uint64_t); ///< ping, pong, feefilter

/// @return nothing if the payload is something else, or holds more than is allowed.
std::optional<Version> decode_version(std::span<const uint8_t>);
std::optional<std::vector<Inventory>> decode_inventory(std::span<const uint8_t>);
std::optional<std::vector<BlockHeader>> decode_headers(std::span<const uint8_t>);
std::optional<Locator> decode_locator(std::span<const uint8_t>);
std::optional<SendCompact> decode_send_compact(std::span<const uint8_t>);
std::optional<uint64_t> decode_number(std::span<const uint8_t>);

} // namespace depinsat::bridge::bitcoin
