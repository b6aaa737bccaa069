#pragma once

#include "bridge/asio.h"
#include "bridge/listener.h"

#include "config/local_server.h"

#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>

#include <algorithm>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace depinsat::bridge {

using HttpRequest = boost::beast::http::request<boost::beast::http::string_body>;
using HttpHeaders = std::vector<std::pair<std::string, std::string>>;

/// The body of a reply that goes on for as long as there is news, as server-sent events do.
class HttpStream
{
public:
    virtual ~HttpStream() = default;

    /// @return false once the client has gone, or has 1 MiB yet to take: then it is cut off.
    virtual bool write(std::string piece) = 0;
    virtual void end() = 0;

    /// Called once, when the client has gone; never from within write() or end().
    std::function<void()> on_closed;
};

struct HttpReply {
    boost::beast::http::status status = boost::beast::http::status::ok;
    std::string body; ///< JSON if `content_type` says nothing else, or empty; of 1xx, 204, 304
                      ///< it is not sent
    std::string content_type = "application/json";
    HttpHeaders headers{};

    /// If set, `body` is sent as the first piece and the rest comes through the stream. Who
    /// keeps the stream lets it go when it is closed.
    std::function<void(std::shared_ptr<HttpStream>)> stream{};
};

/// Answers one request; called once, now or later. A second call does nothing.
using Respond = std::function<void(HttpReply)>;
using HttpHandler = std::function<void(const HttpRequest&, Respond)>;

/// A client that has upgraded to WebSocket.
class WebSocket
{
public:
    virtual ~WebSocket() = default;

    /// Queues a text message.
    /// @return false once the client has gone, or has 4 MiB yet to take: then it is cut off.
    virtual bool send(std::string text) = 0;
    virtual void close() = 0;

    std::function<void(std::string text)> on_message;
    std::function<void()> on_closed; ///< once; the other two are gone then
};
using WebSocketHandler = std::function<void(std::shared_ptr<WebSocket>)>;

/// What a server takes and how long it waits.
struct HttpLimits {
    /// At once. For a further one the client is closed that has waited longest without having
    /// sent a whole request; if all are being served, the further one.
    size_t max_clients = 64;

    /// Of these, WebSockets and streams of events: what stays leaves places for what asks.
    size_t max_lasting() const { return std::max<size_t>(max_clients * 3 / 4, 1); }

    size_t max_header_bytes = 8192;
    size_t max_body_bytes = 1u << 20;     ///< of a request, or of a message of a WebSocket
    unsigned max_requests_per_second = 0; ///< of all clients together; 0: any number
    std::chrono::seconds header_time{10}, body_time{30}, idle_time{60},
        write_time{30}; ///< for taking a piece of a reply
};

/// HTTP server for programs of this machine.
///
/// Refuses  Host names that are not loopback (403), every Origin but those configured (403) and
///          what a page of another site has loaded without saying its Origin (403;
///          Sec-Fetch-Site, Fetch Metadata Request Headers): web pages have no business here,
///          be it by HTTP or by WebSocket; a wrong or missing
///          bearer token, where there is one (401); methods beyond those of serve_methods()
///          (405); bodies that are of none of `content_types`
///          (415), too large (413), too many requests (429), headers that are too large (431),
///          WebSockets and streams beyond their share (503).
/// Serves   keep-alive and pipelined requests, one at a time, in order; replies in pieces
///          (chunked); WebSocket, where a handler is set.
/// Bounds   HttpLimits.
class HttpServer
{
public:
    struct State;

    /// Listens; nobody is accepted before start().
    /// @throws std::runtime_error naming the address if it cannot be had, or the file of the
    ///         token if it cannot be read.
    HttpServer(asio::io_context&, const config::LocalServer&, HttpHandler);

    /// Before start(): no other methods come to the handler. Without a call all do.
    void serve_methods(std::vector<boost::beast::http::verb>);

    /// Before start(): also takes bodies of this type, beside application/json.
    void take_content_type(std::string type);

    /// Before start(): clients may upgrade, at the path "/".
    void take_websockets(WebSocketHandler);
    HttpLimits& limits();

    void start();
    size_t clients() const;

private:
    void take(tcp::socket);

    Listener listener_;
    std::shared_ptr<State> state_;
};

/// Whether the Host field names this machine's loopback: "localhost", "127.0.0.1" or "[::1]",
/// with or without a port.
bool is_loopback_host(std::string_view host);

} // namespace depinsat::bridge
