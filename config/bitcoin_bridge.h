#pragma once

#include "config/addresses.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace depinsat::config {

/// Where the Bitcoin nodes of a user station connect: `[[bridge.bitcoin]]`.
struct BitcoinBridge {
    std::optional<Listen> listen; ///< for nodes that connect
    std::optional<Url> node;      ///< tcp://: one that is connected to; one of both is there
    std::string network = "mainnet";
    std::string group; ///< blocks that its senders broadcast are taken; empty: none
    /// The first that is up serves; none: the station only listens to the group.
    std::vector<PublicKey> gateways;
    bool relay_transactions = true;        ///< those of the gateway's node
    uint64_t min_fee_rate = 0;             ///< of these, in satoshis per 1000 virtual bytes
    uint32_t relay_bits_per_second = 8000; ///< for transactions, each way
    size_t max_clients = 16;
};

} // namespace depinsat::config
