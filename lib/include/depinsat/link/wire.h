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
///                  (first byte odd: the deadline as well (2), of link time)
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
///   link time      0101, wall clock, echo, stamp, question (a bit each); stamp: link time (4),
///                  its error (1); echo: low bits of a counter (2), held (2); wall clock: Unix
///                  time (6), its error (1). Without any bit: late, and a message id (2)
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
inline constexpr size_t kDeadlineBytes = 2; ///< more, of a first segment with a deadline
inline constexpr size_t kLateBytes = 3;

/// Link time is the clock of the gateway in units of 2^-14 s, modulo 2^32; deadlines have 16
/// bits of it, in units of 1/64 s. What is held before it is echoed is in units of 2^-12 s.
inline constexpr int kLinkTimeBits = 14;
inline constexpr unsigned kDeadlineShift = 8, kHeldShift = 2;
inline constexpr uint32_t kDeadlines = 1 << 16;
inline constexpr uint64_t kWallTimes = uint64_t(1) << 48; ///< Unix time, in the same units
inline constexpr size_t kMaxLinkTimeBytes = 1 + 5 + 4 + 7;

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
    std::optional<uint32_t> deadline{}; ///< only with offset 0; below kDeadlines
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

/// What the stations tell each other of their clocks; docs/protocol.md, "Link time". Errors are
/// bounds, as error_byte() writes them.
struct LinkTime {
    struct Stamp {
        uint32_t at = 0; ///< when the last symbol of this frame leaves, as the sender knows
        uint8_t error = 0;
    };
    struct Echo {
        uint16_t counter = 0; ///< low bits of the packet with the question
        uint16_t held = 0;    ///< from its arrival to the stamp
    };
    struct Wall {
        uint64_t at =
            0; ///< below kWallTimes; Unix time of the sender's wall clock at the stamp
        uint8_t error = 0;
    };
    bool question = false;
    std::optional<Stamp> stamp{};
    std::optional<Echo> echo{}; ///< only with a stamp
    std::optional<Wall> wall{}; ///< only with a stamp
};

/// This message came after its deadline and was dropped; it is not acknowledged.
struct Late {
    uint32_t message_id = 0;
};

using Item = std::variant<Ping, Ack, Segment, Restart, Skip, Reception, LinkTime, Late>;

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
size_t write_link_time(const LinkTime&, std::span<uint8_t> out);
size_t write_late(Late, std::span<uint8_t> out);

/// The header of a segment, with its deadline if there is one.
size_t segment_header_bytes(const Segment&);

/// Writes as many of the ranges as there is room for, at least kAckLeastBytes + 2.
size_t write_ack(const Ack&, std::span<uint8_t> out);

} // namespace depinsat::link
