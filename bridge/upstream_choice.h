#pragma once

#include "bridge/http_client.h"

#include "config/upstream.h"

#include <functional>
#include <list>
#include <memory>
#include <string>
#include <vector>

namespace depinsat::bridge {

/// The nodes of one protocol on a user station's ordinary connection: which of them serves now,
/// if any.
///
/// Fails    a probe once a second, answered within a second, says whether a node is good; so
/// does
///          a request that breaks. Either takes the node out at once, and with it what waits
///          for its answers.
/// Returns  after kReturnProbes good probes in a row: a connection that comes and goes is worse
///          than the satellite.
class UpstreamChoice
{
public:
    static constexpr unsigned kReturnProbes = 5;

    struct Probe {
        std::string body; ///< to be posted

        /// Whether this answer is one of a good node.
        std::function<bool(const config::Upstream&, const HttpResult&)> is_good;
    };

    /// @param http  outlives this.
    UpstreamChoice(asio::io_context&,
                   HttpClient& http,
                   std::vector<config::Upstream> upstreams,
                   Probe probe);
    void start();

    /// Whether a node serves; in the order of the file.
    bool is_up() const { return best() != nullptr; }

    /// Posts to the node that serves.
    /// @param done  called once, never from within post(). Its fault is kBroken, too, if the
    ///              node is taken out before it answers; kUnreachable if no node serves.
    void post(std::string body,
              std::chrono::milliseconds timeout,
              bool idempotent,
              std::function<void(HttpResult)> done);

    /// Name of the node that serves; empty: none.
    std::string serving() const;
    uint64_t changes() const { return changes_; }

private:
    struct Waiting {
        std::function<void(HttpResult)> done;
    };
    struct Node {
        config::Upstream upstream;
        bool good = false;
        unsigned good_probes = kReturnProbes - 1; ///< in a row; at start one is enough
        std::list<std::shared_ptr<Waiting>> waiting;
    };

    Node* best() const;
    void probe_later();
    void probe(Node&);
    void note(Node&, bool good);
    void take_out(Node&);

    asio::io_context& io_;
    HttpClient& http_;
    std::vector<std::unique_ptr<Node>> nodes_;
    Probe probe_;
    asio::steady_timer timer_;
    uint64_t changes_ = 0; ///< nodes that failed or returned
};

} // namespace depinsat::bridge
