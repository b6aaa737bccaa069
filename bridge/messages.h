#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// What bridges say to each other over the link: the wire format of message bodies.
///
/// Request  id (8 bytes), time-out in ms (4 bytes), body. Id 0: no answer is wanted.
/// Answer   id (8 bytes), body.
/// Numbers are big-endian. Ids begin at random at every start, so that an answer to an earlier
/// process meets nobody.
namespace depinsat::bridge {

/// link::Message::kind.
enum MessageKind : uint8_t {
    kEthereumRequest = 1, ///< body: {"method", "params"} of JSON-RPC
    kEthereumAnswer = 2,  ///< body: {"result"} or {"error"}
    kTcpOpen = 40,        ///< to kTcpReset: bridge/split_tcp/wire.h
    kTcpData = 41,
    kTcpEnd = 42,
    kTcpCredit = 43,
    kTcpReset = 44,
};

inline constexpr size_t kRequestHeaderBytes = 12;
inline constexpr size_t kAnswerHeaderBytes = 8;

struct Request {
    uint64_t id = 0;
    uint32_t timeout_ms = 0; ///< the client waits as long
    std::string body;
};

struct Answer {
    uint64_t id = 0;
    std::string body;
};

std::vector<uint8_t> encode(const Request&);
std::vector<uint8_t> encode(const Answer&);

/// @return nothing if the message is too short for its header.
std::optional<Request> decode_request(std::span<const uint8_t>);
std::optional<Answer> decode_answer(std::span<const uint8_t>);

} // namespace depinsat::bridge
