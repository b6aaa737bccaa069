#pragma once

#include "bridge/protocol.h"
#include "bridge/upstream_choice.h"

#include <map>
#include <string>
#include <vector>

namespace depinsat::bridge {

/// What ails a service that neither serves nor can be reached through a gateway.
inline constexpr const char* kNoWay = "neither the ordinary connection nor a gateway is up";

/// The ordinary connections of a user station to the services of one protocol.
class Ordinary
{
public:
    /// @param protocol   for metrics.
    /// @param upstreams  those of one service are tried in their order.
    Ordinary(const BridgeContext&,
             const std::string& protocol,
             const std::vector<config::Upstream>& upstreams,
             const UpstreamChoice::Checks&);
    void start();

    /// The nodes of a service, if one of them serves now; else null.
    UpstreamChoice* serving(const std::string& service);

    bool serves(const std::string& service) const;

    /// Of a service, as UpstreamChoice::status(); it may have no nodes.
    nlohmann::json status(const std::string& service) const;

private:
    std::map<std::string, UpstreamChoice> choices_;
};

} // namespace depinsat::bridge
