#pragma once

#include "config/local_server.h"

#include <chrono>
#include <vector>

namespace depinsat::config {

/// JSON-RPC endpoint of Ethereum at a user station: `[[bridge.ethereum]]`.
struct EthereumBridge {
    LocalServer server;
    std::vector<PublicKey> gateways; ///< at least one; the first is asked first
    std::chrono::milliseconds timeout{10000};
};

} // namespace depinsat::config
