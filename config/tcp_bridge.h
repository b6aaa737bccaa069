#pragma once

#include "config/addresses.h"

#include <string>
#include <vector>

namespace depinsat::config {

/// A TCP service that programs of a user station reach through a gateway: `[[bridge.tcp]]`.
struct TcpBridge {
    Listen listen;
    std::string service;             ///< as the gateway's upstream names it
    std::vector<PublicKey> gateways; ///< at least one; the first that is up serves
};

} // namespace depinsat::config
