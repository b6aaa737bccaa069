#pragma once

#include "bridge/ethereum/watch.h"
#include "bridge/messages.h"
#include "bridge/peer_queue.h"
#include "bridge/protocol.h"

#include <memory>
#include <vector>

namespace depinsat::bridge::ethereum {

/// A gateway's way from the link to its Ethereum nodes. Each request is posted once: to the
/// first node that can be reached.
///
/// Bounds   those of PeerQueue, for each user station; what is beyond gets an error. A request
///          whose client no longer waits is dropped.
class Egress
{
public:
    /// @param upstreams  at least one.
    /// @param watch  is told what stations poll; outlives the egress.
    Egress(const BridgeContext&, std::vector<config::Upstream> upstreams, Watch& watch);

private:
    struct Job {
        link::PublicKey peer;
        Request request; ///< its body unpacked
        link::Class message_class;
        link::Time deadline;
    };

    void on_request(const link::PublicKey& peer, std::span<const uint8_t>);
    std::optional<std::string> own_result(const link::PublicKey& peer, const std::string& call);
    void start_next();
    void start(const std::shared_ptr<Job>&, size_t upstream);
    void follow(const Job&);
    void follow_receipt(const link::PublicKey& peer, const Json& raw);
    void answer(const Job&, std::string result);

    LinkDriver& link_;
    HttpClient& http_;
    BridgeCounters& counters_;
    std::vector<config::Upstream> upstreams_;
    Watch& watch_;
    PeerQueue<Job> waiting_;
    uint64_t malformed_ = 0;
};

} // namespace depinsat::bridge::ethereum
