#include "bridge/split_tcp/ingress.h"

#include <sodium.h>

namespace depinsat::bridge::split_tcp {

Ingress::Ingress(asio::io_context& io,
                 LinkDriver& link,
                 const config::TcpBridge& bridge,
                 Connections& connections)
    : link_(link),
      config_(bridge),
      connections_(connections),
      listener_(io, bridge.listen, [this](tcp::socket socket) { take(std::move(socket)); })
{
    // So that what a former run left at the gateway is not taken for this run's.
    randombytes_buf(&next_number_, sizeof(next_number_));
}

void Ingress::take(tcp::socket socket)
{
    const auto* gateway = link_.first_up(config_.gateways);
    auto connection = gateway ? connections_.add(*gateway, next_number_++) : nullptr;
    if (connection)
        return connection->open(std::move(socket), config_.service);
    error_code ignored;
    socket.set_option(asio::socket_base::linger(true, 0), ignored);
    socket.close(ignored);
}

} // namespace depinsat::bridge::split_tcp
