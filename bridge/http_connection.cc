#include "bridge/http_connection.h"

#include <boost/asio/ssl/host_name_verification.hpp>
#include <openssl/ssl.h>
#include <sys/socket.h>

#include <cerrno>
#include <stdexcept>

namespace depinsat::bridge {
namespace {

using namespace std::chrono_literals;

constexpr auto kKeptTime = 20s;
constexpr size_t kMaxKept = 32;

/// @param ca_file  what one file vouches for, another may not.
std::string place_of(const config::Url& url,
                     const std::optional<std::filesystem::path>& ca_file)
{
    return (url.scheme == config::Url::Scheme::kHttps ? "https " : "http ") + url.authority() +
           ' ' + ca_file.value_or("").string();
}

} // namespace

HttpConnection::HttpConnection(asio::io_context& io, asio::ssl::context* context)
    : resolver_(io), stream_(std::in_place_type<Plain>, io)
{
    if (context)
        stream_.emplace<Tls>(io, *context);
}

tcp::socket& HttpConnection::socket()
{
    if (auto* tls = std::get_if<Tls>(&stream_))
        return tls->next_layer().socket();
    return std::get<Plain>(stream_).socket();
}

void HttpConnection::connect(const config::Url& url, std::function<void(error_code)> done)
{
    resolver_.async_resolve(
        url.host, std::to_string(url.port),
        [self = shared_from_this(), host = url.host, done](error_code error,
                                                           const auto& addresses) {
            if (error)
                return done(error);
            self->with_stream([&](auto& stream) {
                boost::beast::get_lowest_layer(stream).async_connect(
                    addresses, [self, host, done](error_code failed, const auto&) {
                        if (failed)
                            return done(failed);
                        error_code ignored;
                        self->socket().set_option(tcp::no_delay(true), ignored);
                        self->shake_hands(host, done);
                    });
            });
        });
}

void HttpConnection::shake_hands(const std::string& host, std::function<void(error_code)> done)
{
    auto* tls = std::get_if<Tls>(&stream_);
    if (!tls)
        return done({});
    SSL_set_tlsext_host_name(tls->native_handle(), host.c_str());
    tls->set_verify_mode(asio::ssl::verify_peer);
    tls->set_verify_callback(asio::ssl::host_name_verification(host));
    tls->async_handshake(asio::ssl::stream_base::client,
                         [self = shared_from_this(), done](error_code error) { done(error); });
}

void HttpConnection::close()
{
    resolver_.cancel();
    error_code ignored;
    socket().close(ignored);
}

bool HttpConnection::is_quiet()
{
    char byte = 0;
    if (buffer_.size() > 0 || !socket().is_open())
        return false;
    const auto size = ::recv(socket().native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    // Over TLS a server sends tickets of sessions unasked; an end is an end for both.
    return size < 0 ? errno == EAGAIN : size > 0 && std::holds_alternative<Tls>(stream_);
}

asio::ssl::context& HttpPool::context(const std::optional<std::filesystem::path>& ca_file)
{
    auto& context = contexts_[ca_file.value_or("")];
    if (context)
        return *context;
    auto made = std::make_unique<asio::ssl::context>(asio::ssl::context::tls_client);
    error_code error;
    if (ca_file)
        made->load_verify_file(ca_file->string(), error);
    else
        made->set_default_verify_paths(error);
    if (error)
        throw std::runtime_error((ca_file ? ca_file->string() : "certificates") + ": " +
                                 error.message());
    SSL_CTX_set_min_proto_version(made->native_handle(), TLS1_2_VERSION);
    context = std::move(made);
    return *context;
}

std::shared_ptr<HttpConnection>
HttpPool::make(const config::Url& url, const std::optional<std::filesystem::path>& ca_file)
{
    const bool tls = url.scheme == config::Url::Scheme::kHttps;
    return std::make_shared<HttpConnection>(io_, tls ? &context(ca_file) : nullptr);
}

std::shared_ptr<HttpConnection>
HttpPool::take(const config::Url& url, const std::optional<std::filesystem::path>& ca_file)
{
    auto& kept = kept_[place_of(url, ca_file)];
    while (!kept.empty()) {
        const Kept last = std::move(kept.back());
        kept.pop_back();
        if (std::chrono::steady_clock::now() - last.since < kKeptTime &&
            last.connection->is_quiet())
            return last.connection;
        last.connection->close();
    }
    return nullptr;
}

void HttpPool::give_back(const config::Url& url,
                         const std::optional<std::filesystem::path>& ca_file,
                         std::shared_ptr<HttpConnection> connection)
{
    auto& kept = kept_[place_of(url, ca_file)];
    if (kept.size() < kMaxKept)
        kept.push_back({std::move(connection), std::chrono::steady_clock::now()});
}

} // namespace depinsat::bridge
