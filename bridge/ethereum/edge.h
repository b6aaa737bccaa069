#pragma once

#include "bridge/ethereum/carrier.h"
#include "bridge/ethereum/view.h"
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

    nlohmann::json status() const;
    std::optional<std::string> ailment() const;

private:
    /// The first gateway that is up, else the first.
    const link::PublicKey& gateway_of(const config::EthereumBridge&) const;
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
    void on_news(const link::PublicKey& gateway, std::span<const uint8_t>);
    void resume(const link::PublicKey& gateway);
    void add_metrics(Metrics&);

    const config::Station& station_;
    LinkDriver& link_;
    RemoteCalls calls_;
    std::map<link::PublicKey, View> views_;
    std::map<link::PublicKey, bool> resuming_;
    Carrier carrier_;
    std::optional<UpstreamChoice> ordinary_;
};

} // namespace depinsat::bridge::ethereum
