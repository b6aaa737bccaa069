#pragma once

#include "bridge/counters.h"
#include "bridge/http_server.h"
#include "bridge/modem_server.h"

namespace depinsat::bridge {

/// GET /status: the state of the station as JSON (docs/station.md).
class StatusServer
{
public:
    /// Everything outlives the server. Listens; nobody is accepted before start().
    StatusServer(asio::io_context&,
                 const config::Listen&,
                 const config::Station&,
                 const LinkDriver&,
                 const ModemServer&,
                 const BridgeCounters&);
    void start() { server_.start(); }

private:
    HttpReply reply_to(const HttpRequest&) const;
    std::string status() const;

    const config::Station& station_;
    const LinkDriver& link_;
    const ModemServer& modem_;
    const BridgeCounters& counters_;
    const link::Time started_;
    HttpServer server_;
};

} // namespace depinsat::bridge
