#pragma once

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
    void start() { accept(); }

private:
    void accept();
    void take(tcp::socket);

    LinkDriver& link_;
    const config::TcpBridge config_;
    Connections& connections_;
    tcp::acceptor acceptor_;
    asio::steady_timer retry_;
    uint32_t next_number_;
};

} // namespace depinsat::bridge::split_tcp
