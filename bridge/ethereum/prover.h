#pragma once

#include "bridge/ethereum/block.h"
#include "bridge/protocol.h"

#include <functional>
#include <optional>
#include <string>

namespace depinsat::bridge::ethereum {

/// Fetches what the proof of a receipt takes from a gateway's node, and makes it.
class Prover
{
public:
    /// @param proof  nothing if the node does not give what it takes, or contradicts itself.
    using Done = std::function<void(std::optional<Json> proof)>;

    Prover(HttpClient& http, config::Upstream node) : http_(http), node_(std::move(node)) {}

    /// @param receipt  of eth_getTransactionReceipt.
    /// @param done     called once, never from within prove().
    void prove(const Json& receipt, Done done);

private:
    struct Job;

    HttpCall call_of(std::string body) const;
    void fetch_transactions(const std::shared_ptr<Job>&);

    HttpClient& http_;
    config::Upstream node_;
};

} // namespace depinsat::bridge::ethereum
