#include "bridge/listener.h"

#include <boost/asio/ip/address.hpp>

#include <stdexcept>

namespace depinsat::bridge {

using namespace std::chrono_literals;

Listener::Listener(asio::io_context& io, const config::Listen& listen, Take take)
    : acceptor_(io), retry_(io), take_(std::move(take))
{
    try {
        const tcp::endpoint endpoint(asio::ip::make_address(listen.address), listen.port);
        acceptor_.open(endpoint.protocol());
        acceptor_.set_option(tcp::acceptor::reuse_address(true));
        acceptor_.bind(endpoint);
        acceptor_.listen();
    } catch (const boost::system::system_error& error) {
        throw std::runtime_error("cannot listen on " + listen.text() + ": " +
                                 error.code().message());
    }
}

void Listener::accept()
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
        take_(std::move(socket));
        accept();
    });
}

} // namespace depinsat::bridge
