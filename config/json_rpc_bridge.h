#pragma once

#include "config/local_server.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace depinsat::config {

/// A row of a method table: how requests of one method, or of all that begin alike, travel.
struct JsonRpcMethod {
    enum class Class : uint8_t { kTransaction, kInteractive, kBulk };
    enum class Replay : uint8_t {
        kNever,      ///< runs once or not at all
        kIdempotent, ///< may run again
        kKeyed,      ///< journaled; the node itself knows what it has had
    };

    std::string name;       ///< without the "*" of a prefix
    bool is_prefix = false; ///< with an empty name: every method
    Class message_class = Class::kInteractive;
    Replay replay = Replay::kNever;
    std::chrono::milliseconds deadline{10000};
    std::chrono::seconds cached{0}; ///< for how long an answer is good; max(): always
    size_t max_request_bytes = 64u << 10, max_answer_bytes = 1u << 20;
};

/// A JSON-RPC service that programs of a user station reach through a gateway:
/// `[[bridge.json_rpc]]`.
struct JsonRpcBridge {
    LocalServer server;
    std::string service;             ///< as the gateway's upstreams name it
    std::vector<PublicKey> gateways; ///< at least one; the first that is up serves
    std::vector<JsonRpcMethod> methods;
    bool queue_when_down = true; ///< take keyed requests while no gateway is up
    std::chrono::seconds keyed_lifetime{3600};
    size_t cache_bytes = 8u << 20;
};

} // namespace depinsat::config
