#include "bridge/bitcoin/dialer.h"

#include <boost/asio/connect.hpp>
#include <spdlog/spdlog.h>

namespace depinsat::bridge::bitcoin {
namespace {

using namespace std::chrono_literals;

constexpr std::chrono::milliseconds kFirstPause = 500ms;
constexpr auto kConnectTime = 10s;

} // namespace

Dialer::Dialer(asio::io_context& io,
               config::Url node,
               Introduction introduction,
               ConnectionEvents& events)
    : io_(io),
      node_(std::move(node)),
      introduction_(std::move(introduction)),
      events_(events),
      resolver_(io),
      timer_(io)
{}

Dialer::~Dialer()
{
    if (connection_)
        connection_->close();
}

void Dialer::connect()
{
    connecting_ = std::make_shared<tcp::socket>(io_);
    timer_.expires_after(kConnectTime);
    timer_.async_wait([this, socket = std::weak_ptr(connecting_)](error_code error) {
        if (error)
            return;
        resolver_.cancel();
        if (const auto slow = socket.lock())
            slow->close(error);
    });
    resolver_.async_resolve(
        node_.host, std::to_string(node_.port),
        [this, socket = connecting_](error_code error, const auto& endpoints) {
            if (error == asio::error::operation_aborted && socket != connecting_)
                return;
            if (error)
                return again(error.message());
            asio::async_connect(*socket, endpoints, [this, socket](error_code failed, auto&&) {
                if (failed)
                    return again(failed.message());
                connected(std::move(*socket));
            });
        });
}

void Dialer::connected(tcp::socket socket)
{
    timer_.cancel();
    connecting_.reset();
    connection_ = std::make_shared<Connection>(std::move(socket), introduction_, true,
                                               static_cast<ConnectionEvents&>(*this));
    connection_->start();
}

void Dialer::on_ready(Connection& connection)
{
    spdlog::info("bitcoin: connected to {} ({})", node_.authority(),
                 connection.peer().user_agent);
    pause_ = 0ms;
    events_.on_ready(connection);
}

void Dialer::on_closed(Connection& connection, const std::string& why)
{
    connection_.reset();
    events_.on_closed(connection, why);
    again(why);
}

void Dialer::again(const std::string& why)
{
    connecting_.reset();
    if (pause_ == 0ms || pause_ == kLongestPause) // ever more rarely
        spdlog::warn("bitcoin: no connection to {}: {}", node_.authority(), why);
    pause_ = std::clamp<std::chrono::milliseconds>(2 * pause_, kFirstPause, kLongestPause);
    timer_.expires_after(pause_);
    timer_.async_wait([this](error_code error) {
        if (!error)
            connect();
    });
}

} // namespace depinsat::bridge::bitcoin
