#include "bridge/split_tcp/ingress.h"

#include <boost/asio/ip/address.hpp>
#include <sodium.h>

#include <algorithm>
#include <stdexcept>

namespace depinsat::bridge::split_tcp {

using namespace std::chrono_literals;

Ingress::Ingress(asio::io_context& io,
                 LinkDriver& link,
                 const config::TcpBridge& bridge,
                 Connections& connections)
    : link_(link), config_(bridge), connections_(connections), acceptor_(io), retry_(io)
{
    // So that what a former run left at the gateway is not taken for this run's.
    randombytes_buf(&next_number_, sizeof(next_number_));
    try {
        const tcp::endpoint endpoint(asio::ip::make_address(bridge.listen.address),
                                     bridge.listen.port);
        acceptor_.open(endpoint.protocol());
        acceptor_.set_option(tcp::acceptor::reuse_address(true));
        acceptor_.bind(endpoint);
        acceptor_.listen();
    } catch (const boost::system::system_error& error) {
        throw std::runtime_error("cannot listen on " + bridge.listen.text() + ": " +
                                 error.code().message());
    }
}

void Ingress::accept()
{
    acceptor_.async_accept([this](error_code error, tcp::socket socket) {
        if (error == asio::error::operation_aborted)
            return;
        if (error) { // out of descriptors: others have to end first
            retry_.expires_after(100ms);
            retry_.async_wait([this](error_code stopped) {
                if (!stopped)
                    accept();
            });
            return;
        }
        take(std::move(socket));
        accept();
    });
}

void Ingress::take(tcp::socket socket)
{
    const auto gateway = std::ranges::find_if(
        config_.gateways, [this](const auto& key) { return link_.peer_is_up(key); });
    auto connection = gateway == config_.gateways.end()
                          ? nullptr
                          : connections_.add(*gateway, next_number_++);
    if (connection)
        return connection->open(std::move(socket), config_.service);
    error_code ignored;
    socket.set_option(asio::socket_base::linger(true, 0), ignored);
    socket.close(ignored);
}

} // namespace depinsat::bridge::split_tcp
