#pragma once

#include "bridge/bitcoin/chain.h"
#include "bridge/bitcoin/connection.h"
#include "bridge/bitcoin/pool.h"

namespace depinsat::bridge::bitcoin {

/// Nodes keep and serve so many of the latest blocks (BIP159).
inline constexpr uint32_t kServedBlocks = 288;

/// What a station knows of one network.
struct NodeState {
    explicit NodeState(const Network& of) : network(of), chain(of) {}

    const Network& network;
    HeaderChain chain;
    Pool pool;
    BlockStore blocks;

    /// Whether a block is of the best chain and young enough to be served.
    bool serves(const Hash256& block) const
    {
        const auto height = chain.height_of(block);
        return height && *height + kServedBlocks > chain.height();
    }

    /// Asks a node for the headers behind those that are known.
    void ask_headers(Connection&) const;

    /// What came of a node's headers.
    struct NewHeaders {
        std::vector<Hash256> hashes; ///< new and valid
        bool more = false;           ///< the node has more, and was asked for them
    };

    /// Takes a headers message. @return nothing if it makes no sense.
    std::optional<NewHeaders> take_headers(Connection&, std::span<const uint8_t> payload);

    /// Answers getdata of a node as far as transactions go.
    /// @return what else was asked for, and nothing if the message makes no sense.
    std::optional<std::vector<Inventory>> serve_transactions(Connection&,
                                                             std::span<const uint8_t> payload);

    /// Takes notfound. @return what it is about, and nothing if the message makes no sense.
    std::optional<std::vector<Inventory>>
    take_not_found(Connection&, std::span<const uint8_t> payload) const;

    /// Asks a node for those transactions of an inv that are not known.
    /// @return its blocks, and nothing if the message makes no sense.
    std::optional<std::vector<Hash256>> take_inventory(Connection&,
                                                       std::span<const uint8_t> payload);
};

/// inv of one transaction or block.
void announce(Connection&, InventoryType, const Hash256&);
void not_found(Connection&, std::span<const Inventory>);

} // namespace depinsat::bridge::bitcoin
