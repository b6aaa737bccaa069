#pragma once

#include "bridge/contact_keeper.h"
#include "bridge/counters.h"
#include "bridge/http_router.h"
#include "bridge/metrics.h"
#include "bridge/modem_server.h"
#include "bridge/protocol.h"

namespace depinsat::bridge {

/// What there is to tell of a station; everything outlives this.
struct StationState {
    const config::Station& station;
    LinkDriver& link;
    const std::vector<std::unique_ptr<ModemServer>>& modems; ///< of the paths
    const BridgeCounters& counters;
    const std::vector<NamedProtocol>& protocols;
    const std::optional<ContactKeeper>& contacts;
    const Dictionaries& dictionaries;
};

/// `GET /status`: the state of the station as JSON; `GET /health`: whether it serves, 200 or
/// 503; `GET /metrics`: its numbers for Prometheus; `POST /queue/drop` (docs/station.md).
class StatusServer
{
public:
    /// Listens; nobody is accepted before start().
    /// @param metrics  outlives the server, and gets the station's own numbers.
    StatusServer(asio::io_context&, const config::LocalServer&, StationState, Metrics& metrics);
    void start() { server_.start(); }

private:
    std::string status() const;
    HttpReply health() const;

    const StationState state_;
    const link::Time started_;
    HttpRouter router_;
    HttpServer server_;
};

/// Adds the numbers of link, modem port and bridges.
void add_station_metrics(const StationState&, Metrics&);

} // namespace depinsat::bridge
