#pragma once

#include "bridge/bitcoin/dialer.h"
#include "bridge/bitcoin/node_state.h"
#include "bridge/listener.h"

#include "config/bitcoin_bridge.h"

namespace depinsat::bridge::bitcoin {

/// What the nodes of a user station have to say.
class LocalNodeEvents
{
public:
    virtual ~LocalNodeEvents() = default;

    /// A node came or went, or said what it wants.
    virtual void on_nodes() = 0;
    virtual void on_transaction(const TransactionPtr&) = 0;

    /// A node wants a block that is served and not here.
    virtual void on_block_wanted(const Hash256&) = 0;
};

/// The Bitcoin nodes beside a user station: they connect to it as to a peer, or it connects to
/// one of them.
///
/// Services  no NODE_NETWORK: it has no chain to give, but the latest blocks
///           (NODE_NETWORK_LIMITED), each when it is asked for or new.
/// Bounds    max_clients connections, of which one that has not introduced itself makes room;
///           kMaxWanted blocks awaited.
class LocalNodes : private ConnectionEvents
{
public:
    static constexpr size_t kMaxWanted = 512;

    /// Listens; nobody is accepted before start().
    /// @param state, events  outlive this.
    LocalNodes(asio::io_context&,
               const config::BitcoinBridge&,
               NodeState& state,
               LocalNodeEvents& events);
    ~LocalNodes() override;

    void start();

    /// How many have given their headers, so that what is new can be told.
    size_t ready() const;

    /// The largest that any of them wants, in satoshis per 1000 virtual bytes.
    uint64_t fee_filter() const;

    void announce_transaction(const Transaction&);

    /// New headers of the best chain, the oldest first; the blocks may be here or not.
    void announce_blocks(std::span<const BlockHeader>);

    /// A block came, or will not come: those who wait for it are told.
    void deliver(const Block&);
    void not_found(const Hash256& block);

private:
    void on_ready(Connection&) override;
    bool on_message(Connection&, const std::string&, std::span<const uint8_t>) override;
    void on_closed(Connection&, const std::string& why) override;

    void admit(tcp::socket);
    std::vector<Connection*> connections() const;
    bool take_headers(Connection&, std::span<const uint8_t>);
    bool take_inventory(Connection&, std::span<const uint8_t>);
    bool take_transaction(Connection&, std::span<const uint8_t>);
    bool take_not_found(Connection&, std::span<const uint8_t>);
    bool take_wish(Connection&, const std::string&, std::span<const uint8_t>);
    bool serve_data(Connection&, std::span<const uint8_t>);
    bool serve_headers(Connection&, std::span<const uint8_t>);
    bool serve_hashes(Connection&, std::span<const uint8_t>);
    bool serve_block_transactions(Connection&, std::span<const uint8_t>);
    void serve_block(Connection&, InventoryType, const Block&);
    void wait_for(Connection&, const Inventory&);

    config::BitcoinBridge config_;
    NodeState& state_;
    LocalNodeEvents& events_;
    Introduction introduction_;
    std::optional<Listener> listener_;
    std::optional<Dialer> dialer_;
    std::vector<std::shared_ptr<Connection>> clients_;
    struct Wanted {
        std::weak_ptr<Connection> node;
        Inventory item;
    };
    std::deque<Wanted> wanted_;
};

} // namespace depinsat::bridge::bitcoin
