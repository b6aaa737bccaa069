#pragma once

#include "config/json_rpc_bridge.h"

namespace depinsat::config {

/// JSON-RPC endpoint of Solana at a user station: `[[bridge.solana]]`.
struct SolanaBridge {
    /// The server, the gateways and the methods that go over the link as they are: the bridge's
    /// own, and those of the file. Its service is "solana".
    JsonRpcBridge calls;
    std::chrono::seconds blockhash_age{15}; ///< for how long the latest one is handed out
    std::chrono::milliseconds verdict_timeout{10000};
    bool signature_without_verdict = true; ///< what a client gets then, or an error
};

} // namespace depinsat::config
