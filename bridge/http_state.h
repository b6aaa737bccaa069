#pragma once

#include "bridge/http_server.h"
#include "bridge/rate_limit.h"

#include <optional>

/// What the connections of one server share; for http_server.cc and the two kinds of sessions.
namespace depinsat::bridge {

struct HttpServer::State {
    HttpHandler handler;
    WebSocketHandler websocket;
    HttpLimits limits;
    std::vector<std::string> origins, content_types{"application/json"};
    std::vector<boost::beast::http::verb> methods; ///< none: any
    std::optional<std::string> token;
    RateLimit rate{0};
    size_t clients = 0;
};

/// Counts a client for as long as it lives.
class HttpClientTicket
{
public:
    explicit HttpClientTicket(std::shared_ptr<HttpServer::State> state)
        : state_(std::move(state))
    {
        ++state_->clients;
    }
    HttpClientTicket(HttpClientTicket&&) = default;
    HttpClientTicket& operator=(HttpClientTicket&&) = delete;
    ~HttpClientTicket()
    {
        if (state_)
            --state_->clients;
    }
    HttpServer::State& operator*() const { return *state_; }
    HttpServer::State* operator->() const { return state_.get(); }

private:
    std::shared_ptr<HttpServer::State> state_;
};

/// What the header of a request is refused with; ok if it is not.
boost::beast::http::status refusal_of(const boost::beast::http::fields& header,
                                      boost::beast::http::verb method,
                                      HttpServer::State&);

void start_http_session(tcp::socket, HttpClientTicket);
void start_websocket_session(tcp::socket, HttpClientTicket, const HttpRequest& upgrade);

} // namespace depinsat::bridge
