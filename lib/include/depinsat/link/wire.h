#pragma once

#include "depinsat/link/link.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <variant>

/// The wire format of the link, version 0: every field and limit. Numbers are big endian; what
/// is reserved is zero and refused otherwise. docs/protocol.md tells what the fields are for.
///
///   GSE packet     complete PDU, broadcast label, protocol type kEtherType; holds one packet
///   packet         2 bytes: type (2 bits), session index (14 bits); then by type:
///   handshake 1    index of the sender; Noise IK message 1 with the sender's instance
///   handshake 2    index of the receiver; index of the sender (2); message 2 with the instance
///   data           index of the receiver; counter (4); sealed items; tag (16)
///   item           1 byte: type (3 bits), flags (5 bits); then by type:
///   ping           nothing
///   acknowledgement  flags: ranges - 1; largest counter (4), count - 1 (2), and for each
///   further
///                    range, going down: counters missing - 1 (2), count - 1 (2)
///   segment        flags: class (3 bits), first, last; message id (3); first one: kind (1),
///   length (2); later ones: offset (20 bits)
///                  and length (12 bits); then the bytes
///   restart        message id (3)
///   reception      Es/N0 in hundredths of a dB, signed (2)
namespace depinsat::link {

/// IEEE 802 local experimental EtherType 1.
inline constexpr uint16_t kEtherType = 0x88B5;

/// Both sides must say the same; part of every handshake.
inline constexpr std::string_view kPrologue = "depinsat link 0";

inline constexpr size_t kMaxMessageBytes = size_t(1) << 20;
inline constexpr size_t kMaxSegmentBytes = 4095;

inline constexpr uint16_t kSessionIndices = 1 << 14;
inline constexpr size_t kPacketHeaderBytes = 2;
inline constexpr size_t kDataHeaderBytes = kPacketHeaderBytes + 4;
inline constexpr size_t kDataOverhead = kDataHeaderBytes + 16;
inline constexpr size_t kInstanceBytes = 8;
inline constexpr size_t kHandshake1Bytes = kPacketHeaderBytes + 96 + kInstanceBytes;
inline constexpr size_t kHandshake2Bytes = kPacketHeaderBytes + 2 + 48 + kInstanceBytes;
static_assert(kDataOverhead == 22);

/// Counters of a session run from 0 to this; a session is renewed long before.
inline constexpr uint64_t kMaxCounter = 0xFFFFFFFF;

/// Packets this far behind the latest one are taken for replays; a sender has fewer in flight.
inline constexpr size_t kReplayWindow = 8192;

/// Messages this far behind the latest one are forgotten; a sender has fewer unfinished.
inline constexpr size_t kMessageWindow = 32768;
inline constexpr uint32_t kMessageIds = 1 << 24;

inline constexpr size_t kMaxAckRanges = 32;
inline constexpr size_t kAckFixedBytes = 7;
inline constexpr size_t kAckRangeBytes = 4;
inline constexpr size_t kPingBytes = 1;
inline constexpr size_t kRestartBytes = 4;
inline constexpr size_t kReceptionBytes = 3;
inline constexpr double kMaxEsN0Db = 100; ///< of a reception, either sign
inline constexpr size_t kFirstSegmentBytes = 7;
inline constexpr size_t kLaterSegmentBytes = 8;

enum class PacketType : uint8_t { kHandshake1, kHandshake2, kData };

struct PacketHeader {
    PacketType type;
    uint16_t index;
};

/// @return nothing if too short or of an unknown type.
std::optional<PacketHeader> read_packet_header(std::span<const uint8_t> packet);
void write_packet_header(PacketHeader, std::span<uint8_t, kPacketHeaderBytes>);

void write_u32(uint32_t value, std::span<uint8_t, 4>);
uint32_t read_u32(std::span<const uint8_t, 4>);

/// Wants an acknowledgement and nothing else.
struct Ping {
};

/// Counters first to last, both included, have been received.
struct AckRange {
    uint32_t first, last;
};

/// Ranges of counters received, the largest first; between two there is at least one missing.
struct Ack {
    size_t count = 0; ///< 1 to kMaxAckRanges
    std::array<AckRange, kMaxAckRanges> ranges{};

    std::span<const AckRange> all() const { return std::span(ranges).first(count); }
    size_t bytes() const { return kAckFixedBytes + (count - 1) * kAckRangeBytes; }
};

/// A range of the bytes of a message.
struct Segment {
    uint32_t message_id = 0; ///< low 24 bits
    uint32_t offset = 0;
    bool last = false; ///< ends its message
    Class message_class = Class::kControl;
    uint8_t kind = 0; ///< only with offset 0
    std::span<const uint8_t> bytes;

    size_t header_bytes() const { return offset ? kLaterSegmentBytes : kFirstSegmentBytes; }
};

/// The receiver had to forget the beginning of this message: send it again under a new id.
struct Restart {
    uint32_t message_id = 0;
};

/// How well the sender of this packet hears the carrier that its receiver sends on.
struct Reception {
    double es_n0_db = 0; ///< -kMaxEsN0Db to kMaxEsN0Db
};

using Item = std::variant<Ping, Ack, Segment, Restart, Reception>;

/// Takes the first item off `items`; spans point into it.
/// @return nothing if it is malformed.
std::optional<Item> read_item(std::span<const uint8_t>& items);

/// Each writes one item and returns its bytes; there must be room.
size_t write_ping(std::span<uint8_t> out);
size_t write_ack(const Ack&, std::span<uint8_t> out);
size_t write_segment(const Segment&, std::span<uint8_t> out);
size_t write_restart(const Restart&, std::span<uint8_t> out);
size_t write_reception(const Reception&, std::span<uint8_t> out);

} // namespace depinsat::link
