#pragma once

#include "config/local_server.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <vector>

namespace depinsat::config {

/// JSON-RPC endpoint of Ethereum at a user station: `[[bridge.ethereum]]`.
struct EthereumBridge {
    LocalServer server;
    std::vector<PublicKey> gateways; ///< at least one; the first is asked first
    size_t agreement = 1;            ///< so many operators must say the same of the chain
    std::chrono::milliseconds timeout{10000};

    // Of eth_sendRawTransaction.
    std::optional<uint64_t> chain_id;        ///< transactions of other chains are refused
    std::optional<uint64_t> max_fee_per_gas; ///< wei; what offers more is refused
    std::chrono::milliseconds verdict_timeout{10000};
    bool hash_without_verdict = true; ///< what a client gets then: the hash, or an error
    bool queue_when_down = true;      ///< take transactions while no gateway is up
    std::chrono::seconds transaction_lifetime{3600};
    std::chrono::seconds inclusion_time{180}; ///< then another gateway gets it
    uint64_t final_blocks = 64;               ///< on top of a block that is final
};

} // namespace depinsat::config
