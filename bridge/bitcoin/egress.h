#pragma once

#include "bridge/bitcoin/broadcast.h"
#include "bridge/bitcoin/compact.h"
#include "bridge/bitcoin/dialer.h"
#include "bridge/bitcoin/subscriber.h"

#include <map>

namespace depinsat::bridge::bitcoin {

/// Between nodes on an ordinary connection and the stations that subscribed: headers, blocks
/// and transactions go out, transactions of the stations come in.
///
/// Trust   headers are checked for work and chain, blocks against their header; what the nodes
///         accept is their affair.
/// Bounds  kMaxRequests blocks are asked for at once, each for kRequestTime.
class Egress : private ConnectionEvents
{
public:
    static constexpr size_t kMaxRequests = 512;
    static constexpr std::chrono::seconds kRequestTime{60};

    struct Counters {
        uint64_t blocks = 0;       ///< that nodes sent
        uint64_t transactions = 0; ///< that stations sent
        uint64_t refused = 0;      ///< messages of stations that made no sense
    };

    /// @param link   outlives this.
    /// @param group  new blocks are broadcast to it.
    Egress(asio::io_context&,
           LinkDriver& link,
           const Network&,
           const std::vector<config::Url>& nodes,
           std::optional<link::GroupId> group);

    void start();

    const Counters& counters() const { return counters_; }
    uint32_t height() const { return state_.chain.height(); }
    size_t nodes_ready() const;
    size_t subscribers() const { return subscribers_.size(); }
    uint64_t broadcasts() const { return broadcaster_ ? broadcaster_->sent() : 0; }

private:
    /// A transaction that a station sent.
    struct OfStation {
        TransactionPtr transaction;
        link::PublicKey peer;
        link::MessageKey key; ///< of its message
        bool announced = false;
    };

    void on_ready(Connection&) override;
    bool on_message(Connection&, const std::string&, std::span<const uint8_t>) override;
    void on_closed(Connection&, const std::string& why) override;

    bool take_headers(Connection&, std::span<const uint8_t>);
    bool take_inventory(Connection&, std::span<const uint8_t>);
    bool take_transaction(Connection&, std::span<const uint8_t>);
    bool take_block(std::span<const uint8_t>);
    bool take_not_found(Connection&, std::span<const uint8_t>);

    void receive();
    void greet(const link::PublicKey& peer);
    Subscriber* subscriber(const link::PublicKey& peer);
    void on_subscription(const link::PublicKey& peer, std::span<const uint8_t>);
    void on_transactions(const link::PublicKey& peer,
                         const link::MessageKey& key,
                         std::span<const uint8_t>);
    void announce(OfStation&, Connection&);
    void on_request(const link::PublicKey& peer, std::span<const uint8_t>);
    void on_wanted(const link::PublicKey& peer, std::span<const uint8_t>);
    void ask_block(const Hash256& hash);
    uint64_t fee_filter() const;
    void filter_fees();

    asio::io_context& io_;
    LinkDriver& link_;
    NodeState state_;
    std::vector<std::unique_ptr<Dialer>> nodes_;
    std::map<link::PublicKey, Subscriber> subscribers_;
    std::optional<Broadcaster> broadcaster_;
    struct Waiting {
        link::PublicKey peer;
        Hash256 hash;
        BlockForm form;
        link::Time until;
    };
    std::deque<Waiting> waiting_;
    std::deque<OfStation> of_stations_; ///< announced again to a node that comes back
    uint32_t instance_;
    uint64_t told_fee_filter_; ///< to the nodes
    Counters counters_;
};

} // namespace depinsat::bridge::bitcoin
