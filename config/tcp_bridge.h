#pragma once

#include "config/addresses.h"

#include <chrono>
#include <string>
#include <vector>

namespace depinsat::config {

/// A TCP service that programs of a user station reach through a gateway: `[[bridge.tcp]]`.
struct TcpBridge {
    Listen listen;
    std::string service;             ///< as the gateway's upstream names it
    std::vector<PublicKey> gateways; ///< at least one; the first that is up serves
};

/// What holds for every connection of a station: `[tcp]`.
struct Tcp {
    std::vector<TcpBridge> bridges;
    uint64_t window_bytes = 262144; ///< under way to this station, per connection
    std::chrono::seconds idle{3600}, hold{60};
};

} // namespace depinsat::config
