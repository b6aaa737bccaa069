#pragma once

#include "bridge/ethereum/subscriptions.h"
#include "bridge/http_router.h"

#include "config/local_server.h"

#include <functional>
#include <string>

namespace depinsat::bridge::ethereum {

/// JSON-RPC endpoint of a user station.
///
/// HTTP       POST / of application/json, single requests and batches. Errors of JSON-RPC have
///            status 200; only notifications: 204.
/// WebSocket  the same, a message each; and eth_subscribe.
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

    Subscriptions& subscriptions() { return *subscriptions_; }

private:
    using Socket = std::shared_ptr<WebSocket>;

    void welcome(const Socket&);
    void handle(const std::string& body, const Socket&, std::function<void(std::string)> done);
    void respond_to(const Call&, const Socket&, std::function<void(std::string response)> done);
    std::optional<std::string> subscription_result(const Call&, const Socket&);

    const Carry carry_;
    std::shared_ptr<Subscriptions> subscriptions_;
    HttpRouter router_;
    HttpServer server_;
};

} // namespace depinsat::bridge::ethereum
