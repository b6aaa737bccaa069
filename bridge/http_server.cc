#include "bridge/http_server.h"

#include <boost/asio/ip/address.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/write.hpp>

#include <optional>
#include <stdexcept>

namespace depinsat::bridge {
namespace {

namespace beast = boost::beast;
namespace http = beast::http;
using namespace std::chrono_literals;

constexpr size_t kMaxConnections = 64;
constexpr size_t kMaxHeaderBytes = 8192;
constexpr size_t kMaxBodyBytes = 1u << 20;
constexpr size_t kMaxDiscardedBytes = 16u << 20;

/// One connection of one client.
class Session : public std::enable_shared_from_this<Session>
{
public:
    Session(tcp::socket socket,
            std::shared_ptr<const HttpHandler> handler,
            std::shared_ptr<size_t> open)
        : stream_(std::move(socket)), handler_(std::move(handler)), open_(std::move(open))
    {
        ++*open_;
    }
    ~Session() { --*open_; }
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;

    void read_header()
    {
        parser_.emplace();
        parser_->header_limit(kMaxHeaderBytes);
        parser_->body_limit(kMaxBodyBytes);
        stream_.expires_after(idle_ ? 60s : 10s);
        http::async_read_header(
            stream_, buffer_, *parser_,
            [self = shared_from_this()](error_code error, size_t) { self->on_header(error); });
    }

private:
    void on_header(error_code error)
    {
        if (error)
            return refuse_broken(error);
        const auto& header = parser_->get();
        if (header.count(http::field::origin) ||
            !is_loopback_host(
                {header[http::field::host].data(), header[http::field::host].size()}))
            return refuse(http::status::forbidden);
        stream_.expires_after(30s);
        if (beast::iequals(header[http::field::expect], "100-continue"))
            write_continue();
        else
            read_body();
    }

    void write_continue()
    {
        auto message =
            std::make_shared<http::response<http::empty_body>>(http::status::continue_, 11);
        http::async_write(stream_, *message,
                          [self = shared_from_this(), message](error_code error, size_t) {
                              if (!error)
                                  self->read_body();
                          });
    }

    void read_body()
    {
        http::async_read(stream_, buffer_, *parser_,
                         [self = shared_from_this()](error_code error, size_t) {
                             if (error)
                                 return self->refuse_broken(error);
                             self->handle();
                         });
    }

    void handle()
    {
        stream_.expires_never();
        idle_ = true;
        const HttpRequest request = parser_->release();
        keep_alive_ = request.keep_alive();
        version_ = request.version();
        (*handler_)(request, [self = shared_from_this(),
                              answered = std::make_shared<bool>(false)](HttpReply reply) {
            if (*answered)
                return;
            *answered = true;
            self->write(std::move(reply));
        });
    }

    void write(HttpReply reply)
    {
        response_ = {reply.status, version_};
        if (!reply.body.empty())
            response_.set(http::field::content_type, "application/json");
        response_.body() = std::move(reply.body);
        response_.keep_alive(keep_alive_);
        response_.prepare_payload();
        stream_.expires_after(30s);
        http::async_write(
            stream_, response_, [self = shared_from_this()](error_code error, size_t) {
                if (error)
                    return;
                if (self->keep_alive_)
                    return self->read_header();
                error_code ignored;
                self->stream_.socket().shutdown(tcp::socket::shutdown_send, ignored);
                self->buffer_.clear();
                self->stream_.expires_after(5s);
                self->discard(kMaxDiscardedBytes);
            });
    }

    /// Takes what the client still sends: closing before would lose it the reply.
    void discard(size_t most)
    {
        stream_.async_read_some(
            buffer_.prepare(kMaxHeaderBytes),
            [self = shared_from_this(), most](error_code error, size_t size) {
                if (!error && size < most)
                    self->discard(most - size);
            });
    }

    void refuse(http::status status)
    {
        keep_alive_ = false;
        write({status, {}});
    }

    void refuse_broken(error_code error)
    {
        if (error == http::error::body_limit)
            return refuse(http::status::payload_too_large);
        if (error == http::error::header_limit)
            return refuse(http::status::request_header_fields_too_large);
        const bool http_error =
            error.category() == error_code(http::error::bad_method).category();
        if (http_error && error != http::error::end_of_stream &&
            error != http::error::partial_message)
            refuse(http::status::bad_request);
    }

    beast::tcp_stream stream_;
    std::shared_ptr<const HttpHandler> handler_;
    std::shared_ptr<size_t> open_;
    beast::flat_buffer buffer_{kMaxHeaderBytes + kMaxBodyBytes};
    std::optional<http::request_parser<http::string_body>> parser_;
    http::response<http::string_body> response_;
    bool idle_ = false, keep_alive_ = false;
    unsigned version_ = 11;
};

} // namespace

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

HttpServer::HttpServer(asio::io_context& io, const config::Listen& listen, HttpHandler handler)
    : acceptor_(io),
      retry_(io),
      handler_(std::make_shared<const HttpHandler>(std::move(handler)))
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

void HttpServer::start()
{
    accept();
}

void HttpServer::accept()
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
        if (*open_ < kMaxConnections) {
            error_code ignored;
            socket.set_option(tcp::no_delay(true), ignored);
            std::make_shared<Session>(std::move(socket), handler_, open_)->read_header();
        }
        accept();
    });
}

} // namespace depinsat::bridge
