#pragma once

#include "bridge/bitcoin/allowance.h"
#include "bridge/bitcoin/compact.h"
#include "bridge/bitcoin/link_book.h"
#include "bridge/bitcoin/local_nodes.h"
#include "bridge/bitcoin/turn_timer.h"

namespace depinsat::bridge::bitcoin {

/// Between the Bitcoin nodes of a user station and its gateway.
///
/// Trust   headers are checked for work and chain, from the genesis on, which the local node
///         gives; a block is checked against its header before a node sees it. Transactions
///         are for the nodes to judge.
/// Link    nothing is asked for while no node is here.
class Ingress : private LocalNodeEvents
{
public:
    struct Counters {
        uint64_t blocks = 0;       ///< rebuilt
        uint64_t fallbacks = 0;    ///< of these, by short ids or whole: memories differed
        uint64_t broadcasts = 0;   ///< that a group's sender sent, known ones too
        uint64_t transactions = 0; ///< sent to the gateway
        uint64_t relayed = 0;      ///< that came from it
        uint64_t refused = 0;      ///< messages of the gateway that were wrong
        uint64_t crowded_out = 0;  ///< transactions of nodes that found no room
    };

    static constexpr size_t kMaxQueued = 5000; ///< transactions that wait for the link
    static constexpr size_t kMaxAssemblies = 4, kMaxEarly = 4; ///< blocks

    /// @param link   outlives this.
    /// @param group  blocks that its senders broadcast are taken.
    /// @throws std::runtime_error if it cannot listen.
    Ingress(asio::io_context&,
            LinkDriver& link,
            const config::BitcoinBridge&,
            std::optional<link::GroupId> group);

    void start();

    const Counters& counters() const { return counters_; }
    uint32_t height() const { return state_.chain.height(); }
    size_t nodes_ready() const { return nodes_.ready(); }
    bool gateway_is_up() const { return gateway_ && link_.peer_is_up(*gateway_); }
    bool only_listens() const { return config_.gateways.empty(); }

private:
    void on_nodes() override;
    void on_transaction(const TransactionPtr&) override;
    void on_block_wanted(const Hash256&) override;

    void receive();
    void choose_gateway();
    void subscribe();
    void send_subscription(Subscription);
    void begin_memory();
    void send_next();
    void request(const Hash256&, BlockForm);

    void on_hello(std::span<const uint8_t>);
    void on_headers(std::span<const uint8_t>);
    void on_transactions(std::span<const uint8_t>);
    void on_block(std::span<const uint8_t>);
    void on_compact(std::span<const uint8_t>);
    void on_block_transactions(std::span<const uint8_t>);
    void on_not_found(std::span<const uint8_t>);
    void on_broadcast(const link::PublicKey& sender, std::span<const uint8_t>);

    void refuse(const char* what);
    void assemble(CompactAssembly);
    bool accept_header(const BlockHeader&);
    void accept_block(BlockPtr);
    void keep(BlockPtr);
    void accept_early();

    LinkDriver& link_;
    config::BitcoinBridge config_;
    NodeState state_;
    LocalNodes nodes_;
    std::optional<link::PublicKey> gateway_;       ///< the one in use
    std::unique_ptr<LinkBook> book_;               ///< with it
    std::optional<uint32_t> instance_;             ///< of its program
    std::optional<Subscription> subscribed_;       ///< as it was sent
    std::map<uint8_t, Joiner> joiners_;            ///< by kind
    std::map<link::PublicKey, Joiner> broadcasts_; ///< by sender
    std::deque<CompactAssembly> assemblies_;
    std::vector<BlockPtr> early_; ///< before their headers
    std::deque<TransactionPtr> queue_;
    TurnTimer turn_;
    Allowance allowance_;
    Counters counters_;
};

} // namespace depinsat::bridge::bitcoin
