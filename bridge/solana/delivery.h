#pragma once

#include "bridge/protocol.h"
#include "bridge/solana/follower.h"

#include <string>
#include <vector>

namespace depinsat::bridge::solana {

/// A gateway's way from the link to its nodes for transactions.
///
/// Handing over  to every node, and again, as Follower does.
/// News          verdict, each change of its status, or that it has expired, to its station.
/// Journal       the link keeps it until it is final, refused or expired.
/// Bounds        kMax at once; further ones are refused.
class Delivery
{
public:
    static constexpr size_t kMax = 1024;

    /// @param upstreams  at least one.
    Delivery(const BridgeContext&, std::vector<config::Upstream> upstreams);

private:
    void on_transaction(const link::PublicKey& peer,
                        const link::MessageKey& key,
                        std::span<const uint8_t>);
    void follow(const link::PublicKey& peer, const link::MessageKey& key, const ReadSending&);
    void refuse(const link::PublicKey& peer,
                const link::MessageKey& key,
                json_rpc::ErrorCode,
                const std::string& why);
    void end(const link::PublicKey& peer, const link::MessageKey& key);
    void tell(const link::PublicKey& peer, const News&);
    void ask(const config::Upstream&, const std::string& call, Follower::Answered);

    asio::io_context& io_;
    LinkDriver& link_;
    HttpClient& http_;
    std::vector<config::Upstream> upstreams_;
    size_t active_ = 0;
};

} // namespace depinsat::bridge::solana
