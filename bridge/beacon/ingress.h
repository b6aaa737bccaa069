#pragma once

#include "bridge/beacon/asio_surroundings.h"
#include "bridge/beacon/edge.h"
#include "bridge/beacon/ordinary_node.h"
#include "bridge/http_server.h"
#include "bridge/protocol.h"

namespace depinsat::bridge::beacon {

/// The Beacon API at a user station: HTTP in front of the ordinary connection, and of an Edge
/// while that fails.
///
/// HTTP  JSON and SSZ; GET /eth/v1/events as server-sent events.
class Ingress
{
public:
    /// Listens; nobody is accepted before start().
    Ingress(const BridgeContext&, const config::BeaconBridge&);
    void start();

    nlohmann::json status() const;

    /// What keeps clients from being served; nothing if all is well.
    std::optional<std::string> ailment() const;

private:
    void handle(const HttpRequest&, const bridge::Respond&);
    void by_ordinary(const ApiRequest&, const Route&, const bridge::Respond&);
    void by_satellite(const ApiRequest&, const bridge::Respond&);
    void stream(const std::string& target, const bridge::Respond&);
    void count(Metrics&);

    const std::chrono::milliseconds timeout_;
    AsioSurroundings world_;
    Edge edge_;
    OrdinaryNode ordinary_;
    HttpServer server_;
};

} // namespace depinsat::bridge::beacon
