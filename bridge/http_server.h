#pragma once

#include "bridge/asio.h"

#include "config/addresses.h"

#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>

#include <functional>
#include <memory>
#include <string>

namespace depinsat::bridge {

using HttpRequest = boost::beast::http::request<boost::beast::http::string_body>;

struct HttpReply {
    boost::beast::http::status status = boost::beast::http::status::ok;
    std::string body; ///< JSON, or empty
};

/// Answers one request; called once, now or later. A second call does nothing.
using Respond = std::function<void(HttpReply)>;
using HttpHandler = std::function<void(const HttpRequest&, Respond)>;

/// HTTP server for programs of this machine.
///
/// Refuses  Host names that are not loopback and every Origin (403): web pages have no business
///          here; bodies beyond 1 MiB (413), headers beyond 8 KiB.
/// Bounds   64 connections, further ones are closed at once; 10 s for a header, 30 s for a body
///          or for taking a reply; 60 s idle.
class HttpServer
{
public:
    /// Listens; nobody is accepted before start().
    /// @throws std::runtime_error naming the address if it cannot be had.
    HttpServer(asio::io_context&, const config::Listen&, HttpHandler);
    void start();

private:
    void accept();

    tcp::acceptor acceptor_;
    asio::steady_timer retry_;
    std::shared_ptr<const HttpHandler> handler_;
    std::shared_ptr<size_t> open_ = std::make_shared<size_t>(0);
};

/// Whether the Host field names this machine's loopback: "localhost", "127.0.0.1" or "[::1]",
/// with or without a port.
bool is_loopback_host(std::string_view host);

} // namespace depinsat::bridge
