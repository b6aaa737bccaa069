#pragma once

#include "bridge/http_server.h"
#include "bridge/rate_limit.h"

#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <utility>

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
    size_t lasting = 0; ///< of these, WebSockets and streams

    /// How to close the clients that have yet to send a whole request; the first has waited
    /// longest.
    std::list<std::function<void()>> waiting;
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
    HttpClientTicket(HttpClientTicket&& other)
        : state_(std::move(other.state_)),
          place_(std::exchange(other.place_, {})),
          stays_(std::exchange(other.stays_, false))
    {}
    HttpClientTicket& operator=(HttpClientTicket&&) = delete;
    ~HttpClientTicket()
    {
        if (!state_)
            return;
        works();
        --state_->clients;
        state_->lasting -= stays_;
    }

    /// From now on the client may be closed, if another needs its place: `close` ends that,
    /// too.
    void waits(std::function<void()> close)
    {
        works();
        place_ = state_->waiting.insert(state_->waiting.end(), std::move(close));
    }
    void works()
    {
        if (place_)
            state_->waiting.erase(*std::exchange(place_, {}));
    }

    /// Becomes a WebSocket or a stream.
    /// @return false if there are as many as there may be.
    bool stays()
    {
        if (state_->lasting >= state_->limits.max_lasting())
            return false;
        ++state_->lasting;
        return stays_ = true;
    }
    HttpServer::State& operator*() const { return *state_; }
    HttpServer::State* operator->() const { return state_.get(); }

private:
    std::shared_ptr<HttpServer::State> state_;
    std::optional<std::list<std::function<void()>>::iterator> place_;
    bool stays_ = false;
};

/// What the header of a request is refused with; ok if it is not.
boost::beast::http::status refusal_of(const boost::beast::http::fields& header,
                                      boost::beast::http::verb method,
                                      HttpServer::State&);

/// What a request that cannot be read is refused with; nothing if the client is just gone.
std::optional<boost::beast::http::status> refusal_of(error_code);

void start_http_session(tcp::socket, HttpClientTicket);
void start_websocket_session(tcp::socket, HttpClientTicket, const HttpRequest& upgrade);

} // namespace depinsat::bridge
