#include "bridge/split_tcp/egress.h"

#include <boost/asio/connect.hpp>
#include <spdlog/spdlog.h>

#include <algorithm>

namespace depinsat::bridge::split_tcp {
namespace {

using namespace std::chrono_literals;

/// What a client says may overtake the message that opens its connection; that one comes
/// within this or never.
constexpr auto kOpenWithin = 60s;

} // namespace

Egress::Egress(asio::io_context& io,
               std::vector<config::Upstream> services,
               Connections& connections)
    : io_(io), services_(std::move(services)), connections_(connections)
{}

void Egress::take(const link::PublicKey& peer, Frame frame)
{
    if (auto* asked = std::get_if<Open>(&frame.body))
        return open(peer, frame.connection, std::move(*asked));
    auto connection = connections_.find(peer, frame.connection);
    if (!connection && !std::holds_alternative<Reset>(frame.body) &&
        !connections_.ended_lately(peer, frame.connection))
        connection = expect(peer, frame.connection);
    if (connection)
        connection->take(frame.body);
}

std::shared_ptr<Connection> Egress::expect(const link::PublicKey& peer, uint32_t number)
{
    auto connection = connections_.add(peer, number);
    if (!connection) {
        connections_.refuse(peer, number, Reason::kBusy);
        return nullptr;
    }
    const std::pair place{peer, number};
    expected_[place] = connection;
    auto timer = std::make_shared<asio::steady_timer>(io_, kOpenWithin);
    timer->async_wait([this, place, timer](error_code error) {
        const auto expected = expected_.extract(place);
        if (const auto late = expected.empty() ? nullptr : expected.mapped().lock();
            late && !error)
            late->abort(Reason::kUnknown);
    });
    return connection;
}

void Egress::open(const link::PublicKey& peer, uint32_t number, Open asked)
{
    const auto service =
        std::ranges::find(services_, asked.service, &config::Upstream::service);
    if (service == services_.end())
        return connections_.refuse(peer, number, Reason::kUnknown);
    const auto expected = expected_.extract({peer, number});
    auto connection =
        expected.empty() ? connections_.add(peer, number) : expected.mapped().lock();
    if (!connection)
        return connections_.refuse(peer, number, Reason::kBusy);
    if (!asked.first.empty())
        connection->take(Data{0, std::move(asked.first)});
    connect(*service, connection);
}

void Egress::connect(const config::Upstream& service,
                     const std::shared_ptr<Connection>& connection)
{
    struct Attempt {
        explicit Attempt(asio::io_context& io) : resolver(io), socket(io), timer(io) {}
        tcp::resolver resolver;
        tcp::socket socket;
        asio::steady_timer timer;
    };
    const auto attempt = std::make_shared<Attempt>(io_);
    attempt->timer.expires_after(service.timeout);
    attempt->timer.async_wait([attempt](error_code error) {
        if (error)
            return;
        attempt->resolver.cancel();
        error_code ignored;
        attempt->socket.close(ignored);
    });
    const auto fail = [connection, attempt, name = service.service](error_code error) {
        spdlog::warn("tcp: service {} cannot be reached: {}", name, error.message());
        attempt->timer.cancel();
        connection->abort(Reason::kRefused);
    };
    attempt->resolver.async_resolve(
        service.url.host, std::to_string(service.url.port),
        [connection, attempt, fail](error_code error, const auto& endpoints) {
            if (error)
                return fail(error);
            asio::async_connect(attempt->socket, endpoints,
                                [connection, attempt, fail](error_code failed, const auto&) {
                                    if (failed)
                                        return fail(failed);
                                    attempt->timer.cancel();
                                    connection->accept(std::move(attempt->socket));
                                });
        });
}

} // namespace depinsat::bridge::split_tcp
