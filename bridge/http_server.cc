#include "bridge/http_server.h"

#include "bridge/http_state.h"
#include "bridge/key_file.h"

#include <boost/beast/core/string.hpp>
#include <sodium.h>

#include <algorithm>

namespace depinsat::bridge {
namespace {

namespace beast = boost::beast;
namespace http = beast::http;
using namespace std::chrono_literals;

std::string_view view(beast::string_view text)
{
    return {text.data(), text.size()};
}

/// In a time that tells nothing of where a wrong token differs.
bool is_token(beast::string_view authorization, const std::string& token)
{
    const beast::string_view kScheme = "Bearer ";
    if (authorization.size() != kScheme.size() + token.size() ||
        !beast::iequals(authorization.substr(0, kScheme.size()), kScheme))
        return false;
    return sodium_memcmp(authorization.data() + kScheme.size(), token.data(), token.size()) ==
           0;
}

/// Whether a web page elsewhere made a browser load this, as an image or a script: such
/// requests say no Origin.
bool is_of_another_site(const http::fields& header)
{
    const auto site = header.find("Sec-Fetch-Site");
    return site != header.end() && site->value() != "same-origin" && site->value() != "none";
}

bool has_body(http::verb method)
{
    return method != http::verb::get && method != http::verb::head &&
           method != http::verb::options && method != http::verb::delete_;
}

bool is_of(beast::string_view type, const std::vector<std::string>& types)
{
    const auto bare = type.substr(0, std::min(type.find_first_of("; "), type.size()));
    return std::ranges::any_of(types,
                               [&](const auto& one) { return beast::iequals(bare, one); });
}

} // namespace

http::status refusal_of(const http::fields& header, http::verb method, HttpServer::State& state)
{
    if (!is_loopback_host(view(header[http::field::host])))
        return http::status::forbidden;
    const auto origin = header.find(http::field::origin);
    if (origin != header.end()
            ? !std::ranges::count(state.origins, std::string(view(origin->value())))
            : is_of_another_site(header))
        return http::status::forbidden;
    if (state.token && !is_token(header[http::field::authorization], *state.token))
        return http::status::unauthorized;
    if (!state.methods.empty() && !std::ranges::count(state.methods, method))
        return http::status::method_not_allowed;
    if (has_body(method) && !is_of(header[http::field::content_type], state.content_types))
        return http::status::unsupported_media_type;
    if (!state.rate.take(std::chrono::steady_clock::now().time_since_epoch()))
        return http::status::too_many_requests;
    return http::status::ok;
}

std::optional<http::status> refusal_of(error_code error)
{
    if (error == http::error::body_limit)
        return http::status::payload_too_large;
    if (error == http::error::header_limit || error == http::error::buffer_overflow)
        return http::status::request_header_fields_too_large;
    const bool http_error = error.category() == error_code(http::error::bad_method).category();
    if (http_error && error != http::error::end_of_stream &&
        error != http::error::partial_message)
        return http::status::bad_request;
    return {};
}

bool is_loopback_host(std::string_view host)
{
    for (const std::string_view name : {"localhost", "127.0.0.1", "[::1]"}) {
        if (!host.starts_with(name))
            continue;
        const std::string_view port = host.substr(name.size());
        if (port.empty())
            return true;
        return port.starts_with(':') && port.find_first_not_of("0123456789", 1) == port.npos;
    }
    return false;
}

HttpServer::HttpServer(asio::io_context& io,
                       const config::LocalServer& config,
                       HttpHandler handler)
    : listener_(io, config.listen, [this](tcp::socket socket) { take(std::move(socket)); }),
      state_(std::make_shared<State>())
{
    state_->handler = std::move(handler);
    state_->origins = config.origins;
    state_->limits.max_clients = config.max_clients;
    state_->limits.max_body_bytes = config.max_request_bytes;
    state_->limits.max_requests_per_second = config.max_requests_per_second;
    if (config.token_file)
        state_->token = load_token_file(*config.token_file);
}

void HttpServer::serve_methods(std::vector<http::verb> methods)
{
    state_->methods = std::move(methods);
}

void HttpServer::take_content_type(std::string type)
{
    state_->content_types.push_back(std::move(type));
}

void HttpServer::take_websockets(WebSocketHandler handler)
{
    state_->websocket = std::move(handler);
}

HttpLimits& HttpServer::limits()
{
    return state_->limits;
}

size_t HttpServer::clients() const
{
    return state_->clients;
}

void HttpServer::start()
{
    state_->rate = RateLimit(state_->limits.max_requests_per_second);
    listener_.start();
}

void HttpServer::take(tcp::socket socket)
{
    if (state_->clients >= state_->limits.max_clients) {
        if (state_->waiting.empty())
            return;
        const auto close = state_->waiting.front(); // takes it out of the list
        close();
    }
    error_code ignored;
    socket.set_option(tcp::no_delay(true), ignored);
    start_http_session(std::move(socket), HttpClientTicket(state_));
}

} // namespace depinsat::bridge
