#pragma once

#include "bridge/ethereum/news.h"
#include "bridge/ethereum/transaction.h"
#include "bridge/ethereum/view.h"
#include "bridge/protocol.h"

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace depinsat::bridge::ethereum {

/// Transactions that a user station has taken from its clients, until they are in a block.
///
/// Key       each is a message whose key is its hash: the link delivers it once.
/// Restart   what the link has keeps going out (its journal); the states are told anew only of
///           what clients hand over again.
/// Verdict   of the gateway's node; the client gets it, or after `verdict_timeout` what
///           `no_verdict` says.
/// Bounds    kMax transactions of kMaxBytes together; those that have ended make way.
class Carrier
{
public:
    using Done = std::function<void(std::string result)>;
    using Follow = std::function<void(const link::PublicKey& gateway, Poll receipt)>;

    static constexpr size_t kMax = 4096, kMaxBytes = 16u << 20;

    enum class State { kQueued, kAtGateway, kAccepted, kRefused, kIncluded, kFinal, kExpired };

    /// @param follow  expects a receipt among a gateway's news.
    Carrier(const BridgeContext&, Follow follow);

    /// What a client is told whose transaction is none, or not to be sent; nothing: it is good.
    static std::optional<std::string> refusal_of(const config::EthereumBridge&,
                                                 const std::string& call);

    /// Takes the call of eth_sendRawTransaction.
    void send(const config::EthereumBridge&,
              const link::PublicKey& gateway,
              const std::string& call,
              Done done);

    /// The result of depinsat_transactionStatus.
    std::string status_of(const std::string& call) const;

    /// Looks for what the news of a gateway say of the transactions.
    void on_head(const link::PublicKey& gateway, View&);

    nlohmann::json status() const; ///< how many are in each state

private:
    struct Carried {
        Transaction transaction;
        Bytes raw;
        config::EthereumBridge bridge;
        link::PublicKey gateway{};
        std::vector<link::PublicKey> tried;
        State state = State::kQueued;
        std::string refusal; ///< result of the node that refused it
        std::optional<uint64_t> block;
        bool verified = false; ///< its receipt was proven
        link::Time sent{};
        std::vector<Done> waiting;
        std::unique_ptr<asio::steady_timer> timer;
    };

    bool queue(Carried&, const link::PublicKey& gateway);
    void wait_for_verdict(Carried&, Done done);
    void on_outcome(const Hash&, link::Outcome);
    void on_verdict(const link::PublicKey& gateway, std::span<const uint8_t>);
    void finish(Carried&, const std::string& result);
    void try_another(Carried&);
    bool make_room(size_t bytes);
    void forget(std::map<Hash, Carried>::iterator);

    asio::io_context& io_;
    LinkDriver& link_;
    Follow follow_;
    std::map<Hash, Carried> carried_;
    size_t bytes_ = 0; ///< of all of them
};

const char* to_string(Carrier::State);

} // namespace depinsat::bridge::ethereum
