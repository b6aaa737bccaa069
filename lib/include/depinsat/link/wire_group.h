#pragma once

#include "depinsat/link/wire.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <variant>

/// The wire format of packets for a group: every field and limit. Numbers are big endian; what
/// is reserved is zero and refused otherwise. docs/protocol.md tells what the fields are for.
///
///   group packet   2 bytes: 111, number (13 bits), which stands for a sender in a group; then
///   opening        counter FFFFFFFF; run (4); salt (16); next counter (4); Ed25519 signature
///                  (64); MAC (16)
///   data           counter (4), less than FFFFFFFF; sealed items; tag (16)
///   item by its first bits:
///   symbols        0110, object (12 bits); then whole symbols to the end of the packet
///   signature      01110000; Ed25519 signature (64) over the items before it; ends the packet
///   batch          01110001; first counter (4); hashes (1); salt (8); a hash (4) each
///   object         01110010; class (3), keyed (1), object (12 bits); kind (1); bytes (3);
///                  octets of a symbol / 4 (2); symbols of a packet (1); first counter (4);
///                  digest (16)
///   message        01110011; class (3), keyed (1), 0 (4); kind (1); first counter (4); length
///                  (2); then the bytes
namespace depinsat::link {

inline constexpr uint16_t kGroupBits = 0xE000;
inline constexpr uint16_t kGroupNumbers = 1 << 13;

/// In place of a counter: the packet opens a run.
inline constexpr uint32_t kOpeningCounter = 0xFFFFFFFF;

inline constexpr size_t kRunSaltBytes = 16;
inline constexpr size_t kSignatureBytes = 64;
inline constexpr size_t kGroupOpeningBytes =
    kDataHeaderBytes + 4 + kRunSaltBytes + 4 + kSignatureBytes + kMacBytes;

inline constexpr size_t kSymbolsHeaderBytes = 2;
inline constexpr size_t kSignatureItemBytes = 1 + kSignatureBytes;
inline constexpr size_t kBatchHeaderBytes = 14;
inline constexpr size_t kBatchSaltBytes = 8;
inline constexpr size_t kPacketHashBytes = 4;
inline constexpr size_t kMaxBatch = 255;
inline constexpr size_t kObjectItemBytes = 30;
inline constexpr size_t kObjectDigestBytes = 16;
inline constexpr size_t kMessageHeaderBytes = 9;

/// Numbers by which a packet names an object of its sender.
inline constexpr uint16_t kObjectNumbers = 1 << 12;

/// RaptorQ (RFC 6330), one source block of at most so many symbols (fec/raptorq_plan.h).
inline constexpr size_t kMaxSourceSymbols = 8192;
inline constexpr size_t kSymbolGrain = 4;
inline constexpr size_t kMaxSymbolBytes = 4064;
inline constexpr uint32_t kMaxEsi = (1u << 24) - 1;

/// @return the number, if it is a packet for a group.
std::optional<uint16_t> read_group_number(std::span<const uint8_t> packet);

struct GroupHeader {
    uint16_t number = 0;
    uint32_t counter = 0; ///< or kOpeningCounter
};

/// @return nothing if it is none, or too short.
std::optional<GroupHeader> read_group_header(std::span<const uint8_t> packet);
void write_group_header(GroupHeader, std::span<uint8_t, kDataHeaderBytes>);

/// Encoding symbols of an object, the first one with the ESI (counter of the packet - first
/// counter of the object) x symbols of a packet.
struct SymbolsItem {
    uint16_t object = 0;
    std::span<const uint8_t> bytes; ///< not empty
};

/// Whoever has the sender's verify key knows that the items before it are the sender's.
struct SignatureItem {
    std::span<const uint8_t, kSignatureBytes> bytes;
};

/// What the items of packets hash to, the first with this counter, then one after the other.
struct BatchItem {
    uint32_t first = 0;
    std::array<uint8_t, kBatchSaltBytes> salt{};
    std::span<const uint8_t> hashes; ///< 1 to kMaxBatch of kPacketHashBytes

    size_t count() const { return hashes.size() / kPacketHashBytes; }
};

/// What a receiver has to know of an object before it can use its symbols.
struct ObjectItem {
    Class message_class = Class::kControl;
    bool keyed = false;
    uint16_t object = 0;
    uint8_t kind = 0;
    uint32_t bytes = 0;         ///< 1 to kMaxMessageBytes
    uint16_t symbol_bytes = 0;  ///< multiple of kSymbolGrain, at most kMaxSymbolBytes
    uint8_t packet_symbols = 0; ///< at least 1
    uint32_t first = 1;         ///< counter behind that of the first packet with this item
    std::array<uint8_t, kObjectDigestBytes> digest{};

    uint32_t source_symbols() const { return (bytes + symbol_bytes - 1) / symbol_bytes; }
};

/// A whole message.
struct MessageItem {
    Class message_class = Class::kControl;
    bool keyed = false;
    uint8_t kind = 0;
    uint32_t first = 0; ///< counter of its first copy: names the message in its run
    std::span<const uint8_t> bytes;
};

using GroupItem = std::variant<SymbolsItem, SignatureItem, BatchItem, ObjectItem, MessageItem>;

/// Takes the first item off `items`; spans point into it.
/// @return nothing if it is malformed.
std::optional<GroupItem> read_group_item(std::span<const uint8_t>& items);

/// Each writes one item and returns its bytes; there must be room.
size_t write_symbols_header(uint16_t object, std::span<uint8_t> out);
size_t write_signature(std::span<const uint8_t, kSignatureBytes>, std::span<uint8_t> out);
size_t write_batch(const BatchItem&, std::span<uint8_t> out);
size_t write_object_item(const ObjectItem&, std::span<uint8_t> out);
size_t write_message_item(const MessageItem&, std::span<uint8_t> out);

} // namespace depinsat::link
