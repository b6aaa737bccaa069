#pragma once

#include "bridge/ethereum/block.h"
#include "bridge/protocol.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace depinsat::bridge::ethereum {

/// Fetches what the proof of a receipt takes from a gateway's node, and makes it. What belongs
/// to the latest kMaxBlocks blocks is fetched once.
class Prover
{
public:
    /// @param proof  nothing if the node does not give what it takes, or contradicts itself.
    using Done = std::function<void(std::optional<Json> proof)>;

    Prover(HttpClient& http, config::Upstream node) : http_(http), node_(std::move(node)) {}

    /// @param receipt  of eth_getTransactionReceipt.
    /// @param done     called once, perhaps from within prove().
    void prove(const Json& receipt, Done done);

private:
    struct Block;
    static constexpr size_t kMaxBlocks = 4;

    HttpCall call_of(std::string body) const;
    std::shared_ptr<Block> block_of(const std::string& hash);
    void fetch(const std::shared_ptr<Block>&);
    void fetch_transactions(const std::shared_ptr<Block>&);

    HttpClient& http_;
    config::Upstream node_;
    std::vector<std::shared_ptr<Block>> blocks_; ///< the latest last
};

} // namespace depinsat::bridge::ethereum
