#pragma once

#include "bridge/node_request.h"

#include <nlohmann/json_fwd.hpp>

#include <deque>
#include <functional>
#include <list>
#include <memory>
#include <string>
#include <vector>

namespace depinsat::bridge {

/// The nodes of one protocol or service on a user station's ordinary connection: which of them
/// serves now, if any.
///
/// Fails    a probe once a second, answered within a second, says whether a node is good; so
///          does a request that breaks. Either takes the node out at once, and with it what
///          waits for its answers: that goes to the next good one, if it may.
/// Returns  after kReturnProbes good probes in a row: a connection that comes and goes is worse
///          than the satellite.
/// Bounds   kMaxOpen requests at a node, each a connection; kMaxQueued of kMaxQueuedBytes wait
///          for their turn.
class UpstreamChoice
{
public:
    static constexpr unsigned kReturnProbes = 5;
    static constexpr size_t kMaxOpen = 128, kMaxQueued = 4096, kMaxQueuedBytes = 16u << 20;

    using Done = std::function<void(HttpResult)>;

    /// How the nodes are judged.
    struct Checks {
        std::function<NodeRequest(const config::Upstream&)> probe;

        /// Whether this answer to the probe is one of a good node.
        std::function<bool(const config::Upstream&, const HttpResult&)> is_good;

        /// Whether an answer is that of the service, whatever it says, or one in its stead.
        std::function<bool(const HttpResult&)> is_answer = [](const HttpResult& http) {
            return http.status < 500;
        };
    };

    /// @param http  outlives this.
    UpstreamChoice(asio::io_context&,
                   HttpClient& http,
                   std::vector<config::Upstream> upstreams,
                   Checks checks);
    void start();

    /// Before start(): told when another node serves, or none, before anything that waits for
    /// the former is told of it. May be empty.
    std::function<void()> on_change;

    /// Whether a node serves.
    bool is_up() const { return best() != nullptr; }

    /// Asks the node that serves. At the next that does, too, if the request may run twice and
    /// its node breaks, or if nothing was sent.
    /// @param done  called once, never from within request(). Its fault is kBroken, too, if the
    ///              node is taken out before it answers; kUnreachable if no node has it,
    ///              or too many requests wait.
    void request(NodeRequest, Done done);

    /// The node that serves; null: none.
    const config::Upstream* node() const;

    /// Name of the node that serves, the first good one in the order of the file; empty: none.
    std::string serving() const;
    uint64_t changes() const { return changes_; } ///< nodes that failed or returned

    /// {"ordinary": the node that serves or null, "changes"}
    nlohmann::json status() const;

private:
    struct Node;
    struct Job;     ///< a request
    struct Attempt; ///< of a job, at one node
    using Shared = std::shared_ptr<Job>;

    struct Node {
        config::Upstream upstream;
        bool good = false;
        unsigned good_probes = kReturnProbes - 1; ///< in a row; at start one is enough
        std::list<std::shared_ptr<Attempt>> open;
    };

    Node* best() const;
    void probe_later();
    void probe(Node&);
    void note(Node&, bool good);
    void take_out(Node&);
    void tell_change(const Node* before);
    void send(const Shared&, Node&);
    void send_queued();
    void drop_late();
    void end(const Shared&, HttpResult);

    asio::io_context& io_;
    HttpClient& http_;
    std::vector<std::unique_ptr<Node>> nodes_;
    std::deque<Shared> queued_;
    size_t queued_bytes_ = 0; ///< of their bodies
    const Checks checks_;
    asio::steady_timer timer_;
    uint64_t changes_ = 0;
};

} // namespace depinsat::bridge
