#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

/// What the two halves of a TCP connection say to each other over the link.
///
/// Every message begins with the connection's number (4 bytes), which the user station chose;
/// the kind of the link's message says what follows:
///
///   kTcpOpen     length of the service's name (1); the name; the first bytes of the client
///   kTcpData     offset (varint: 7 bits a byte, the lowest first); the bytes; at most
///                kMaxDataBytes
///   kTcpEnd      length of the stream (varint): no bytes come behind it
///   kTcpCredit   the offset up to which the other side may send (varint)
///   kTcpReset    reason (1)
///
/// Numbers are big endian, varints apart. Offsets count from the first byte of each direction;
/// messages may overtake each other.
namespace depinsat::bridge::split_tcp {

/// So that others of the class are not kept waiting by one message.
inline constexpr size_t kMaxDataBytes = 4096;
inline constexpr size_t kMaxNameBytes = 32;

/// Both sides may send so much before the first credit.
inline constexpr uint64_t kFirstCredit = 16384;

enum class Reason : uint8_t {
    kRefused,   ///< the service cannot be reached
    kUnknown,   ///< no such service, or no such connection
    kBusy,      ///< too many connections
    kBroken,    ///< the other half's socket failed
    kLost,      ///< the link could not deliver
    kViolation, ///< beyond the credit, or contradicting what was said
};
inline constexpr uint8_t kReasons = 6;

struct Open {
    std::string service;
    std::vector<uint8_t> first;
};
struct Data {
    uint64_t offset = 0;
    std::vector<uint8_t> bytes;
};
struct End {
    uint64_t length = 0;
};
struct Credit {
    uint64_t limit = 0;
};
struct Reset {
    Reason reason = Reason::kBroken;
};

using Body = std::variant<Open, Data, End, Credit, Reset>;

struct Frame {
    uint32_t connection = 0;
    Body body;
};

/// The kind of the link's message that carries it.
uint8_t kind_of(const Body&);

std::vector<uint8_t> encode(const Frame&);

/// @return nothing if it is malformed; anything may be in it.
std::optional<Frame> decode(uint8_t kind, std::span<const uint8_t>);

std::string_view text_of(Reason);

} // namespace depinsat::bridge::split_tcp
