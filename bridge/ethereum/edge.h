#pragma once

#include "bridge/ethereum/carrier.h"
#include "bridge/ethereum/gateways.h"
#include "bridge/protocol.h"
#include "bridge/remote_calls.h"
#include "bridge/upstream_choice.h"

#include <functional>
#include <map>
#include <string>

namespace depinsat::bridge::ethereum {

/// What the Ethereum endpoints of a user station share: what is known of the chain, and the
/// ways over the link.
class Edge
{
public:
    using Done = std::function<void(std::string result)>;

    explicit Edge(const BridgeContext&);
    void start();

    /// Answers a call: by the ordinary connection while that works, else from what is known, or
    /// over the link.
    void call(const config::EthereumBridge&,
              const std::string& method,
              const std::string& call,
              Done done);

    /// Passes a call on without wanting an answer.
    void
    notify(const config::EthereumBridge&, const std::string& method, const std::string& call);

    /// Told each new head that counts for the clients of an endpoint, the ordinary connection's
    /// while that works.
    /// @param wanted  whether anybody wants to know now: then gateways are asked to tell.
    void watch_heads(const config::EthereumBridge&,
                     std::function<bool()> wanted,
                     std::function<void(const Json& head)> on_head);

    nlohmann::json status() const;
    std::optional<std::string> ailment() const;

private:
    /// A read that several gateways are asked for.
    struct Comparison;
    struct HeadWatcher {
        const config::EthereumBridge* bridge;
        std::function<bool()> wanted;
        std::function<void(const Json& head)> on_head;
        Json told;
    };

    void call_remote(const link::PublicKey& gateway,
                     std::chrono::milliseconds timeout,
                     const std::string& call,
                     Done done);
    void call_ordinary(const config::EthereumBridge&,
                       const std::string& method,
                       const std::string& call,
                       Done done);
    void call_satellite(const config::EthereumBridge&,
                        const std::string& method,
                        const std::string& call,
                        Done done);
    void compare(const std::shared_ptr<Comparison>&);
    void compare_later(const std::shared_ptr<Comparison>&);
    void on_news(const link::PublicKey& gateway, std::span<const uint8_t>);
    void resume(const link::PublicKey& gateway);
    void follow_again(const link::PublicKey& gateway);
    void keep_interest(const config::EthereumBridge&);
    void tick();
    void tell_heads();
    void take_ordinary_head(Json head);
    void look();
    void look_by_ordinary();
    void send_again();
    bool is_ordinary() const { return ordinary_ && ordinary_->is_up(); }
    void add_metrics(Metrics&);

    asio::io_context& io_;
    const config::Station& station_;
    LinkDriver& link_;
    RemoteCalls calls_;
    Gateways gateways_;
    std::map<link::PublicKey, bool> resuming_;
    std::map<link::PublicKey, link::Time> last_asked_;
    Carrier carrier_;
    std::optional<UpstreamChoice> ordinary_;
    Json ordinary_head_;
    std::vector<HeadWatcher> watchers_;
    asio::steady_timer timer_;
};

} // namespace depinsat::bridge::ethereum
