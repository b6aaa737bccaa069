#pragma once

#include "bridge/ethereum/transaction.h"
#include "bridge/ethereum/watch.h"
#include "bridge/peer_queue.h"
#include "bridge/protocol.h"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace depinsat::bridge::ethereum {

/// What a node's answer to a transaction means.
enum class NodeVerdict {
    kTaken,       ///< or known already, which is as good
    kNonceTooLow, ///< taken, if the node knows this very transaction
    kNotNow,      ///< of no meaning for the transaction: the node has too much to do
    kRefused,
};
NodeVerdict verdict_of(std::string_view result);

/// A gateway's way from the link to its nodes for transactions: each goes to every upstream,
/// and is tried again, as long as a station may want that, while none says anything of it. Its
/// station hears the verdict once: that of the first node that takes it, else of the first that
/// refuses it.
///
/// Journal   the link keeps a transaction until the nodes have had it.
/// Fairness  stations take turns; 64 transactions of one and 1024 of all are at the nodes at
///           once.
/// Bounds    4096 of a station wait, as many as its own end has under way; further ones are
///           refused.
class Delivery
{
public:
    /// @param watch  outlives this.
    Delivery(const BridgeContext&, std::vector<config::Upstream> upstreams, Watch& watch);

private:
    struct Job;

    void on_transaction(const link::PublicKey& peer,
                        const link::MessageKey& key,
                        std::span<const uint8_t> raw);
    void refuse(const Job&, const std::string& refusal);
    void start_next();
    void post(const std::shared_ptr<Job>&);
    void on_answer(const std::shared_ptr<Job>&, size_t upstream, const HttpResult&);
    void look_for(const std::shared_ptr<Job>&, size_t upstream, const std::string& refusal);
    void end_one(const std::shared_ptr<Job>&, bool taken, const std::string& refusal);
    void tell(const Job&, const std::string& refusal);

    asio::io_context& io_;
    LinkDriver& link_;
    HttpClient& http_;
    std::vector<config::Upstream> upstreams_;
    Watch& watch_;
    PeerQueue<std::shared_ptr<Job>> waiting_;
};

} // namespace depinsat::bridge::ethereum
