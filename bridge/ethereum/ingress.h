#pragma once

#include "bridge/ethereum/json_rpc.h"
#include "bridge/http_router.h"

#include "config/local_server.h"

#include <functional>
#include <string>

namespace depinsat::bridge::ethereum {

/// JSON-RPC endpoint of a user station.
///
/// HTTP  POST / of application/json, single requests and batches. Errors of JSON-RPC have
/// status 200; only notifications: 204.
class Ingress
{
public:
    /// Carries out a call; `done` is called once with its result, now or later, and not at all
    /// for a notification.
    using Carry =
        std::function<void(const Call&, std::function<void(std::string result)> done)>;

    /// Listens; nobody is accepted before start().
    Ingress(asio::io_context&, const config::LocalServer&, Carry);
    void start() { server_.start(); }

private:
    void handle(const HttpRequest&, const Respond&);
    void respond_to(const Call&, std::function<void(std::string response)> done);

    const Carry carry_;
    HttpRouter router_;
    HttpServer server_;
};

} // namespace depinsat::bridge::ethereum
