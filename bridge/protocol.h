#pragma once

#include "bridge/counters.h"
#include "bridge/dictionaries/dictionaries.h"
#include "bridge/http_client.h"
#include "bridge/link_driver.h"
#include "bridge/metrics.h"

#include "config/station.h"

#include <nlohmann/json.hpp>

#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace depinsat::bridge {

/// What a station offers to its bridges; everything outlives them.
struct BridgeContext {
    asio::io_context& io;
    const config::Station& station;
    LinkDriver& link;
    HttpClient& http;
    Metrics& metrics;
    BridgeCounters& counters;
    link::Store& store; ///< what the station's journal keeps
    Dictionaries& dictionaries;
};

/// One protocol of a running station: at a user station the ingresses where its clients
/// connect, at a gateway the egress to its nodes.
class Protocol
{
public:
    virtual ~Protocol() = default;

    /// Clients and messages of the link may come from now on.
    virtual void start() = 0;

    /// For `GET /status`; null: nothing to say.
    virtual nlohmann::json status() const { return nullptr; }

    /// For `GET /health`: what keeps clients from being served; nothing if all is well.
    virtual std::optional<std::string> ailment() const { return {}; }
};

struct NamedProtocol {
    std::string name;
    std::unique_ptr<Protocol> protocol;
};

/// A protocol with is_empty(); nothing if it has neither bridge nor upstream.
template <class P>
std::unique_ptr<Protocol> make_unless_empty(const BridgeContext& context)
{
    auto protocol = std::make_unique<P>(context);
    if (protocol->is_empty())
        return nullptr;
    return protocol;
}

/// Every protocol that this station's file asks for; the table stands in protocols.cc.
/// @throws std::runtime_error naming the key and what cannot be had.
std::vector<NamedProtocol> make_protocols(const BridgeContext&);

/// Runs `action`; what it throws gets the key of station.toml in front.
template <class Action>
void for_key(const std::string& key, Action action)
{
    try {
        action();
    } catch (const std::runtime_error& error) {
        throw std::runtime_error(key + ": " + error.what());
    }
}

/// The upstreams of one protocol, in the order of the file.
inline std::vector<config::Upstream> upstreams_of(const config::Station& station,
                                                  const std::string& protocol)
{
    std::vector<config::Upstream> all;
    for (const auto& upstream : station.upstreams)
        if (upstream.protocol == protocol)
            all.push_back(upstream);
    return all;
}

} // namespace depinsat::bridge
