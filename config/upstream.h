#pragma once

#include "config/addresses.h"

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>

namespace depinsat::config {

/// A node of a protocol on an ordinary connection: `[[upstream]]`.
struct Upstream {
    std::string protocol; ///< of the table in station_bridges.cc
    Url url;
    std::string service; ///< the name by which users ask for it; of "tcp", "json_rpc", "http"
    std::chrono::milliseconds timeout{5000};
    std::string network; ///< of bitcoin
    std::string group;   ///< of bitcoin: its new blocks are broadcast to it; empty: to none

    /// Of "json_rpc": "USER:PASSWORD" is in it, for Basic authentication.
    std::optional<std::filesystem::path> credentials_file;

    /// Of "json_rpc": what users may ask for, "*" at the end for all that begin so; empty: all.
    std::vector<std::string> methods;
    std::optional<std::filesystem::path> ca_file; ///< of https; none: the system's authorities

    /// At a user station, where heads have an age: a node whose head is older does not serve;
    /// 0: any.
    std::chrono::seconds max_head_age{90};

    /// Of "json_rpc" at a user station: a node that gives no result does not serve; empty: one
    /// that gives no answer of JSON-RPC.
    std::string probe_method;
};

/// A station that carries traffic for this one: `[[gateway]]`.
struct Gateway {
    /// Whether its word is taken where nothing can be checked.
    enum class Trust : uint8_t { kNone, kFull };

    PublicKey key{};
    std::string operator_name; ///< gateways of one operator count once; empty: of its own
    Trust trust = Trust::kNone;
};

} // namespace depinsat::config
