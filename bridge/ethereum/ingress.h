#pragma once

#include "bridge/ethereum/json_rpc.h"
#include "bridge/http_server.h"
#include "bridge/remote_calls.h"

#include "config/station.h"

namespace depinsat::bridge::ethereum {

/// JSON-RPC endpoint of a user station: every method goes over the link to the gateway.
///
/// HTTP      POST / of application/json, single requests and batches. Errors of JSON-RPC have
///           status 200; only notifications: 204.
/// Priority  eth_sendRawTransaction goes before everything else.
class Ingress
{
public:
    /// Listens; nobody is accepted before start().
    /// @param calls  outlives the ingress.
    Ingress(asio::io_context&, const config::EthereumBridge&, RemoteCalls& calls);
    void start() { server_.start(); }

private:
    void handle(const HttpRequest&, const Respond&);
    void carry(const Call&, std::function<void(std::string response)> done);

    config::EthereumBridge config_;
    RemoteCalls& calls_;
    HttpServer server_;
};

} // namespace depinsat::bridge::ethereum
