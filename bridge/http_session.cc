#include "bridge/http_chunked.h"
#include "bridge/http_state.h"
#include "bridge/http_status.h"

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/string.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/write.hpp>
#include <boost/beast/websocket/rfc6455.hpp>

namespace depinsat::bridge {
namespace {

namespace beast = boost::beast;
namespace http = beast::http;
using namespace std::chrono_literals;

constexpr size_t kReadBytes = 65536;
constexpr size_t kMaxDiscardedBytes = 16u << 20;

std::string names_of(const std::vector<http::verb>& methods)
{
    std::string names;
    for (const http::verb method : methods)
        names += (names.empty() ? "" : ", ") + std::string(http::to_string(method));
    return names;
}

/// One connection of one client.
class Session : public std::enable_shared_from_this<Session>
{
public:
    Session(tcp::socket socket, HttpClientTicket ticket)
        : stream_(std::move(socket)),
          ticket_(std::move(ticket)),
          buffer_(ticket_->limits.max_header_bytes + kReadBytes)
    {}

    void read_header()
    {
        ticket_.waits([weak = weak_from_this()] {
            if (const auto self = weak.lock()) {
                self->ticket_.works();
                self->stream_.close();
            }
        });
        parser_.emplace();
        parser_->header_limit(uint32_t(ticket_->limits.max_header_bytes));
        parser_->body_limit(ticket_->limits.max_body_bytes);
        stream_.expires_after(idle_ ? ticket_->limits.idle_time : ticket_->limits.header_time);
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
        const auto status = refusal_of(header, header.method(), *ticket_);
        if (status != http::status::ok)
            return refuse(status);
        if (ticket_->websocket && header.target() == "/" &&
            beast::websocket::is_upgrade(header))
            return upgrade();
        stream_.expires_after(ticket_->limits.body_time);
        if (beast::iequals(header[http::field::expect], "100-continue"))
            write_continue();
        else
            read_body();
    }

    void upgrade()
    {
        if (!ticket_.stays())
            return refuse(http::status::service_unavailable);
        ticket_.works();
        stream_.expires_never();
        const HttpRequest request = parser_->release();
        start_websocket_session(stream_.release_socket(), std::move(ticket_), request);
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
        ticket_.works();
        stream_.expires_never();
        idle_ = true;
        const HttpRequest request = parser_->release();
        keep_alive_ = request.keep_alive();
        version_ = request.version();
        ticket_->handler(request, [self = shared_from_this(),
                                   answered = std::make_shared<bool>(false)](HttpReply reply) {
            if (*answered)
                return;
            *answered = true;
            self->reply(std::move(reply));
        });
    }

    template <class Body>
    http::response<Body> header_of(const HttpReply& reply) const
    {
        http::response<Body> response(reply.status, version_);
        if (!reply.body.empty() || reply.stream)
            response.set(http::field::content_type, reply.content_type);
        for (const auto& [name, value] : reply.headers)
            response.set(name, value);
        return response;
    }

    void reply(HttpReply reply)
    {
        if (reply.stream)
            return start_stream(std::move(reply));
        if (has_no_body(unsigned(reply.status)))
            reply.body.clear();
        response_ = header_of<http::string_body>(reply);
        response_.body() = std::move(reply.body);
        response_.keep_alive(keep_alive_);
        response_.prepare_payload();
        stream_.expires_after(ticket_->limits.write_time);
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

    void start_stream(HttpReply reply)
    {
        if (!ticket_.stays())
            return refuse(http::status::service_unavailable);
        auto header = header_of<http::empty_body>(reply);
        header.keep_alive(false);
        header.chunked(true);
        reply.stream(start_chunked(std::move(stream_), std::move(ticket_), std::move(header),
                                   std::move(reply.body)));
    }

    /// Takes what the client still sends: closing before would lose it the reply.
    void discard(size_t most)
    {
        stream_.async_read_some(
            buffer_.prepare(ticket_->limits.max_header_bytes),
            [self = shared_from_this(), most](error_code error, size_t size) {
                if (!error && size < most)
                    self->discard(most - size);
            });
    }

    void refuse(http::status status)
    {
        keep_alive_ = false;
        HttpReply refusal{status, {}};
        if (status == http::status::unauthorized)
            refusal.headers.emplace_back("WWW-Authenticate", "Bearer");
        if (status == http::status::method_not_allowed)
            refusal.headers.emplace_back("Allow", names_of(ticket_->methods));
        reply(std::move(refusal));
    }

    void refuse_broken(error_code error)
    {
        if (const auto status = refusal_of(error))
            refuse(*status);
    }

    beast::tcp_stream stream_;
    HttpClientTicket ticket_;
    beast::flat_buffer buffer_;
    std::optional<http::request_parser<http::string_body>> parser_;
    http::response<http::string_body> response_;
    bool idle_ = false, keep_alive_ = false;
    unsigned version_ = 11;
};

} // namespace

void start_http_session(tcp::socket socket, HttpClientTicket ticket)
{
    std::make_shared<Session>(std::move(socket), std::move(ticket))->read_header();
}

} // namespace depinsat::bridge
