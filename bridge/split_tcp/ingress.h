#pragma once

#include "bridge/listener.h"
#include "bridge/split_tcp/connections.h"

#include "config/tcp_bridge.h"

namespace depinsat::bridge::split_tcp {

/// Where programs of this machine connect to one service. A client that connects while no
/// gateway is up, or beyond the number of connections, is reset at once.
class Ingress
{
public:
    /// Listens; nobody is accepted before start().
    /// @throws std::runtime_error naming the address if it cannot be had.
    Ingress(asio::io_context&, LinkDriver&, const config::TcpBridge&, Connections&);
    void start() { listener_.start(); }

private:
    void take(tcp::socket);

    LinkDriver& link_;
    const config::TcpBridge config_;
    Connections& connections_;
    uint32_t next_number_;
    Listener listener_;
};

} // namespace depinsat::bridge::split_tcp
