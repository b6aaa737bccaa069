#pragma once

#include "bridge/ethereum/json_rpc.h"
#include "bridge/http_router.h"
#include "bridge/remote_calls.h"

#include "config/station.h"

namespace depinsat::bridge::ethereum {

/// JSON-RPC endpoint of a user station: every method goes over the link to a gateway.
///
/// HTTP      POST / of application/json, single requests and batches. Errors of JSON-RPC have
///           status 200; only notifications: 204.
/// Priority  eth_sendRawTransaction goes before everything else.
class Ingress
{
public:
    /// Listens; nobody is accepted before start().
    /// @param link, calls  outlive the ingress.
    Ingress(asio::io_context&,
            const config::EthereumBridge&,
            const LinkDriver& link,
            RemoteCalls& calls);
    void start() { server_.start(); }

private:
    void handle(const HttpRequest&, const Respond&);

    /// The first gateway that is up, else the first.
    const link::PublicKey& gateway() const;
    void carry(const Call&, std::function<void(std::string response)> done);

    config::EthereumBridge config_;
    const LinkDriver& link_;
    HttpRouter router_;
    RemoteCalls& calls_;
    HttpServer server_;
};

} // namespace depinsat::bridge::ethereum
