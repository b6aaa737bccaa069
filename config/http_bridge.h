#pragma once

#include "config/local_server.h"

#include <chrono>
#include <string>
#include <vector>

namespace depinsat::config {

/// A web server that programs of a user station read through a gateway, with a cache:
/// `[[bridge.http]]`.
struct HttpBridge {
    LocalServer server;
    std::string service;             ///< as the gateway's upstream names it
    std::vector<PublicKey> gateways; ///< at least one; the first that is up serves
    std::chrono::milliseconds timeout{30000};
    size_t cache_bytes = 64u << 20;    ///< of bodies that are kept
    size_t max_body_bytes = 1'000'000; ///< of an answer
};

} // namespace depinsat::config
