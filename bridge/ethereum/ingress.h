#pragma once

#include "bridge/ethereum/subscriptions.h"
#include "bridge/json_rpc/ingress.h"

#include "config/local_server.h"

#include <functional>
#include <string>

namespace depinsat::bridge::ethereum {

/// JSON-RPC endpoint of a user station (json_rpc/ingress.h), by WebSocket with eth_subscribe.
class Ingress
{
public:
    /// Carries out a call; `done` is called once with its result, now or later, and not at all
    /// for a notification.
    using Done = std::function<void(std::string result)>;
    using Carry = std::function<void(const Call&, Done done)>;

    /// Listens; nobody is accepted before start().
    Ingress(asio::io_context&, const config::LocalServer&, Carry);
    void start() { server_.start(); }

    Subscriptions& subscriptions() { return *subscriptions_; }

private:
    using Socket = json_rpc::Ingress::Socket;

    void carry(const Call&, const Socket& client, Done done);
    std::string subscription_result(const Call&, const Socket& client);

    const Carry carry_;
    std::shared_ptr<Subscriptions> subscriptions_;
    json_rpc::Ingress server_;
};

} // namespace depinsat::bridge::ethereum
