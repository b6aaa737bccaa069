#pragma once

#include "depinsat/link/link.h"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <variant>

/// The wire format of the link, version 1: every field and limit. Numbers are big endian; what
/// is reserved is zero and refused otherwise. docs/protocol.md tells what the fields are for.
///
///   GSE packet     complete PDU, broadcast label, protocol type kEtherType; holds one packet
///   packet         2 bytes: type (2 bits), session index (14 bits); then by type:
///   handshake 1    index of the sender; Noise IK message 1 with the sender's instance (8) and
///                  time stamp (8); cookie name (8), cookie proof (8); MAC (16)
///   handshake 2    index of the receiver; index of the sender (2); message 2 with the sender's
///                  instance (8) and a cookie (16); MAC (16)
///   data           index of the receiver; counter (4); sealed items; tag (16)
///   item by its first bits:
///   segment, first 11, last (1), keyed (1), class (3), 0; message id (2); kind
///   (1); length (2);
///                  then the bytes, from offset 0
///   segment, later 10, last (1), offset / 8 (17 bits), length (12 bits), message id (16 bits);
///                  then the bytes
///   ping           0000, n (4 bits): the next sign of life comes within 0.5 s x 2^n
///   acknowledgement  0001, further ranges (4 bits; 15: a byte with their number follows); low
///   3
///                  bytes of the largest counter; count - 1 (varint); and for each further
///                  range, going down: counters missing - 1 (varint), count - 1 (varint)
///   restart        00100000; message id (2)
///   skip           00110000; message id (2)
///   reception      01000000; Es/N0 in hundredths of a dB, signed (2)
///   varint         7 bits a byte, the lowest first; the top bit says that another follows
namespace depinsat::link {

/// IEEE 802 local experimental EtherType 1.
inline constexpr uint16_t kEtherType = 0x88B5;

/// Both sides must say the same; part of every handshake.
inline constexpr std::string_view kPrologue = "depinsat link 1";

inline constexpr size_t kMaxMessageBytes = size_t(1) << 20; ///< with its key, if it has one
inline constexpr size_t kMaxSegmentBytes = 4095;

/// Segments begin at multiples of this.
inline constexpr size_t kSegmentGrain = 8;

inline constexpr uint16_t kSessionIndices = 1 << 14;
inline constexpr size_t kPacketHeaderBytes = 2;
inline constexpr size_t kDataHeaderBytes = kPacketHeaderBytes + 4;
inline constexpr size_t kDataOverhead = kDataHeaderBytes + 16;
inline constexpr size_t kInstanceBytes = 8;
inline constexpr size_t kMacBytes = 16;
inline constexpr size_t kTimeStampBytes = 8;
inline constexpr size_t kCookieBytes = 16;
inline constexpr size_t kCookieNameBytes = 8;
inline constexpr size_t kCookieProofBytes = 8;
inline constexpr size_t kHandshake1Bytes = kPacketHeaderBytes + 96 + kInstanceBytes +
                                           kTimeStampBytes + kCookieNameBytes +
                                           kCookieProofBytes + kMacBytes;
inline constexpr size_t kHandshake2Bytes =
    2 * kPacketHeaderBytes + 48 + kInstanceBytes + kCookieBytes + kMacBytes;
static_assert(kHandshake1Bytes == 146 && kHandshake2Bytes == 92);
static_assert(kDataOverhead == 22);

/// Counters of a session run from 0 to this; a session is renewed long before.
inline constexpr uint64_t kMaxCounter = 0xFFFFFFFF;

/// Packets this far behind the latest one are taken for replays; a sender has fewer in flight.
inline constexpr size_t kReplayWindow = 8192;

/// Messages this far behind the latest one are forgotten. A sender has no unfinished message
/// kMaxIdLead or more ids behind its latest, and no id so far beyond those that the peer knows.
inline constexpr size_t kMessageWindow = 32768;
inline constexpr uint32_t kMaxIdLead = kMessageWindow / 2;
inline constexpr uint32_t kMessageIds = 1 << 16;

inline constexpr size_t kMaxAckRanges = 64;
inline constexpr size_t kAckLeastBytes = 5;
inline constexpr size_t kPingBytes = 1;
inline constexpr size_t kRestartBytes = 3;
inline constexpr size_t kSkipBytes = 3;
inline constexpr size_t kReceptionBytes = 3;
inline constexpr double kMaxEsN0Db = 100; ///< of a reception, either sign
inline constexpr size_t kSegmentHeaderBytes = 6;

/// What a ping promises: a sign of life within this, doubled so often as it says.
inline constexpr std::chrono::milliseconds kPromiseUnit{500};
inline constexpr unsigned kMaxPromise = 15;

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
    uint8_t promise = 0; ///< at most kMaxPromise
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
};

/// A range of the bytes of a message.
struct Segment {
    uint32_t message_id = 0; ///< low 16 bits
    uint32_t offset = 0;     ///< multiple of kSegmentGrain
    bool last = false;       ///< ends its message
    bool keyed = false;      ///< the message begins with its key; only with offset 0
    Class message_class = Class::kControl; ///< only with offset 0
    uint8_t kind = 0;                      ///< only with offset 0
    std::span<const uint8_t> bytes;
};

/// The receiver had to forget the beginning of this message: send it again under a new id.
struct Restart {
    uint32_t message_id = 0;
};

/// No message with a lower id will be sent any more.
struct Skip {
    uint32_t message_id = 0;
};

/// How well the sender of this packet hears the carrier that its receiver sends on.
struct Reception {
    double es_n0_db = 0; ///< -kMaxEsN0Db to kMaxEsN0Db
};

using Item = std::variant<Ping, Ack, Segment, Restart, Skip, Reception>;

/// Takes the first item off `items`; spans point into it.
/// @param sent_end  one more than the largest counter that was sent to who wrote the items: the
///                  largest counter of an acknowledgement is the latest one below with its
///                  bits.
/// @return nothing if it is malformed.
std::optional<Item> read_item(std::span<const uint8_t>& items, uint64_t sent_end);

/// Each writes one item and returns its bytes; there must be room.
size_t write_ping(Ping, std::span<uint8_t> out);
size_t write_segment(const Segment&, std::span<uint8_t> out);
size_t write_restart(Restart, std::span<uint8_t> out);
size_t write_skip(Skip, std::span<uint8_t> out);
size_t write_reception(const Reception&, std::span<uint8_t> out);

/// Writes as many of the ranges as there is room for, at least kAckLeastBytes + 2.
size_t write_ack(const Ack&, std::span<uint8_t> out);

} // namespace depinsat::link
