#pragma once

#include "config/local_server.h"

#include <chrono>
#include <vector>

namespace depinsat::config {

/// The Beacon API for validator clients at a user station: `[[bridge.beacon]]`.
struct BeaconBridge {
    LocalServer server;
    std::vector<PublicKey> gateways; ///< at least one; the first is asked first
    size_t agreement = 1; ///< so many operators must say the same of heads and attestation data
    std::chrono::milliseconds timeout{10000};

    /// Into the slot, before and from Gloas on.
    std::chrono::milliseconds attestation_due{4000}, aggregate_due{8000};
    std::chrono::milliseconds gloas_attestation_due{3000}, gloas_aggregate_due{6000};
};

} // namespace depinsat::config
