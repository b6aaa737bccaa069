#pragma once

#include "depinsat/link/link.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

/// What the two ends of JSON-RPC say to each other: bodies of the requests of
/// bridge/messages.h, and messages with a key. Numbers are big-endian.
///
/// Call     first byte: 0 never, 1 idempotent, 2 keyed; plus 4 for class transaction, 8 for
///          bulk. What an answer may take in KiB (2 bytes), length of the service's name (1),
///          name, the call {"method", "params"}, packed (json_rpc/packed.h).
/// Verdict  first byte 3 (and the class); the first 16 bytes of the key of a call: what became
///          of it?
/// Answers  a result, packed.
namespace depinsat::bridge::json_rpc {

using Bytes = std::vector<uint8_t>;

/// As config::JsonRpcMethod::Replay.
enum class Fate : uint8_t { kNever, kIdempotent, kKeyed };

struct RemoteCall {
    Fate fate = Fate::kNever;
    link::Class message_class = link::Class::kInteractive;
    uint16_t max_answer_kib = 1024;
    std::string service; ///< at most 255 bytes
    Bytes packed;
};

struct VerdictQuestion {
    link::Class message_class = link::Class::kInteractive;
    std::array<uint8_t, 16> key{}; ///< its beginning
};

Bytes encode(const RemoteCall&);
Bytes encode(const VerdictQuestion&);

/// @return nothing if it is malformed.
std::optional<std::variant<RemoteCall, VerdictQuestion>> decode(std::span<const uint8_t>);

} // namespace depinsat::bridge::json_rpc
