#pragma once

#include "bridge/http_router.h"
#include "bridge/json_rpc/text.h"

#include "config/local_server.h"

#include <functional>
#include <string>

namespace depinsat::bridge::json_rpc {

/// JSON-RPC endpoint of a user station.
///
/// HTTP       POST / of application/json, single requests and batches. Errors of JSON-RPC have
///            status 200; only notifications: 204.
/// WebSocket  the same, a text message each way; at most kMaxOpen requests of a client wait.
class Ingress
{
public:
    static constexpr size_t kMaxOpen = 256;

    using Socket = std::shared_ptr<WebSocket>;

    /// Carries out a call; `done` is called once with its result, now or later, and not at all
    /// for a notification.
    /// @param client  null: it came by HTTP.
    using Carry = std::function<void(
        const Call&, const Socket& client, std::function<void(std::string result)> done)>;

    /// Listens; nobody is accepted before start().
    /// @param closed  told of each WebSocket that ends; may be empty.
    Ingress(asio::io_context&,
            const config::LocalServer&,
            Versions,
            Carry,
            std::function<void(const Socket&)> closed = {});
    void start() { server_.start(); }

private:
    /// @param done  gets the response; empty if there is none.
    void answer(const std::string& body,
                const Socket& client,
                std::function<void(std::string response)> done);
    void take(const Socket&);

    const Versions versions_;
    const Carry carry_;
    const std::function<void(const Socket&)> closed_;
    HttpRouter router_;
    HttpServer server_;
};

} // namespace depinsat::bridge::json_rpc
