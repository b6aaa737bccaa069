#pragma once

#include "bridge/http_client.h"
#include "bridge/http_server.h"

#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>
#include <boost/test/unit_test.hpp>

namespace depinsat::test {

using namespace bridge;
namespace http = boost::beast::http;
using namespace std::chrono_literals;

inline uint16_t free_port(asio::io_context& io)
{
    return tcp::acceptor(io, tcp::endpoint(asio::ip::make_address("127.0.0.1"), 0))
        .local_endpoint()
        .port();
}

/// A server that echoes bodies, and what a client needs to call it.
struct World {
    asio::io_context io;
    config::LocalServer config{{"127.0.0.1", free_port(io)}, {}, {}};
    std::optional<HttpServer> server;
    HttpClient client{io};
    std::shared_ptr<HttpStream> stream;
    size_t requests = 0;
    http::status status = http::status::ok; ///< of its replies

    void start()
    {
        server.emplace(io, config, [this](const HttpRequest& request, const Respond& respond) {
            ++requests;
            if (request.target() == "/stream")
                return respond(
                    {http::status::ok, "first", "text/event-stream", {}, [this](auto opened) {
                         stream = std::move(opened);
                     }});
            HttpReply reply{status, request.body()};
            reply.headers = {{"Access-Control-Allow-Origin", "*"}, {"X-Kept", "yes"}};
            respond(std::move(reply));
        });
        server->start();
    }

    HttpCall call(std::string body) const
    {
        HttpCall call{.url = {config::Url::Scheme::kHttp, "127.0.0.1", config.listen.port}};
        call.body = std::move(body);
        return call;
    }

    /// Runs until `done` holds.
    template <class Done>
    void run_until(Done done)
    {
        const auto end = std::chrono::steady_clock::now() + 20s;
        while (!done() && std::chrono::steady_clock::now() < end)
            io.run_one_for(100ms);
        BOOST_REQUIRE(done());
    }

    HttpResult result_of(HttpCall call)
    {
        std::optional<HttpResult> result;
        client.request(std::move(call), [&](HttpResult r) { result = std::move(r); });
        run_until([&] { return result.has_value(); });
        return *result;
    }

    /// Sends bytes over a connection of its own; what comes until the server closes.
    std::string raw(const std::string& bytes)
    {
        tcp::socket socket(io);
        socket.connect({asio::ip::make_address("127.0.0.1"), config.listen.port});
        asio::write(socket, asio::buffer(bytes));
        std::string all;
        std::array<char, 4096> piece;
        bool ended = false;
        std::function<void()> read = [&] {
            socket.async_read_some(asio::buffer(piece), [&](error_code error, size_t size) {
                all.append(piece.data(), size);
                ended = bool(error);
                if (!error)
                    read();
            });
        };
        read();
        run_until([&] { return ended; });
        return all;
    }
};

inline std::string request_text(const std::string& body, const std::string& more = {})
{
    return "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n" + more +
           "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

} // namespace depinsat::test
