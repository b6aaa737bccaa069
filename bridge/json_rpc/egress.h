#pragma once

#include "bridge/json_rpc/edge.h"
#include "bridge/json_rpc/verdicts.h"
#include "bridge/peer_queue.h"

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace depinsat::bridge::json_rpc {

/// A gateway's half of JSON-RPC: calls of stations to the nodes of the service that they name.
///
/// Never       goes to one node; to another only if nothing was sent.
/// Idempotent  goes to the next node, too, if one breaks.
/// Keyed       is handed over until a node has answered, whatever it says, and only then leaves
///             the journal: a node may be handed one twice after a crash, and knows it then.
///             4096 of a station may wait; further ones are refused.
/// Fairness    each station has its share; a call whose client no longer waits is dropped.
class Egress
{
public:
    /// @param upstreams  at least one.
    Egress(const BridgeContext&, Edge::Kinds, std::vector<config::Upstream> upstreams);

private:
    struct Job {
        link::PublicKey peer{};
        uint32_t id = 0; ///< 0: no answer is wanted
        RemoteCall call;
        std::string text;
        link::Time deadline{};
        std::vector<const config::Upstream*> nodes; ///< of the service
        std::optional<link::MessageKey> key{};
        std::unique_ptr<asio::steady_timer> retry{};
        std::chrono::seconds pause{1}; ///< before the next retry
    };
    using Shared = std::shared_ptr<Job>;

    void on_request(const link::PublicKey& peer, std::span<const uint8_t>);
    void on_call(const link::PublicKey& peer, const Request&, RemoteCall);
    void on_question(const link::PublicKey& peer, const Request&, const VerdictQuestion&);
    void on_keyed(const link::PublicKey& peer,
                  const link::MessageKey& key,
                  std::span<const uint8_t>);
    void start_keyed();
    void hand_over(const Shared&, size_t node);
    void finish_keyed(const Shared&, const HttpResult&);
    void end_keyed(const Shared&, const std::string& result);

    std::string refusal_of(Job&);
    void start_next();
    void start(const Shared&, size_t node);
    HttpCall http_call(const Job&, const config::Upstream& node) const;
    std::string result_for(const Job&, const HttpResult&) const;
    void answer(const Job&, std::string result);

    asio::io_context& io_;
    LinkDriver& link_;
    HttpClient& http_;
    Dictionaries& dictionaries_;
    BridgeCounters& counters_;
    const Edge::Kinds kinds_;
    const std::vector<config::Upstream> upstreams_;
    PeerQueue<Shared> waiting_, keyed_;
    Verdicts verdicts_;
    uint64_t malformed_ = 0;
};

} // namespace depinsat::bridge::json_rpc
