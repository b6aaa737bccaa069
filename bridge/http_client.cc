#include "bridge/http_client.h"

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>

#include <memory>

namespace depinsat::bridge {
namespace {

namespace beast = boost::beast;
namespace http = beast::http;
using Fault = HttpResult::Fault;

/// One request and its response. The timer ends it whichever step it is in.
class Exchange : public std::enable_shared_from_this<Exchange>
{
public:
    Exchange(asio::io_context& io,
             size_t max_answer_bytes,
             std::function<void(HttpResult)> done)
        : resolver_(io), stream_(io), timer_(io), done_(std::move(done))
    {
        parser_.body_limit(max_answer_bytes);
    }

    void start(const config::Url& url, std::string body, std::chrono::milliseconds timeout)
    {
        request_ = {http::verb::post, url.path, 11};
        request_.set(http::field::host, url.authority());
        request_.set(http::field::content_type, "application/json");
        request_.keep_alive(false);
        request_.body() = std::move(body);
        request_.prepare_payload();
        timer_.expires_after(timeout);
        timer_.async_wait([self = shared_from_this()](error_code error) {
            if (!error)
                self->finish_time_out();
        });
        resolver_.async_resolve(
            url.host, std::to_string(url.port),
            [self = shared_from_this()](error_code error, const auto& addresses) {
                if (error)
                    return self->fail(Fault::kUnreachable, error);
                self->connect(addresses);
            });
    }

private:
    void connect(const tcp::resolver::results_type& addresses)
    {
        if (!done_)
            return;
        stream_.async_connect(addresses,
                              [self = shared_from_this()](error_code error, const auto&) {
                                  if (error)
                                      return self->fail(Fault::kUnreachable, error);
                                  self->write();
                              });
    }

    void write()
    {
        if (!done_)
            return;
        sent_ = true;
        http::async_write(stream_, request_,
                          [self = shared_from_this()](error_code error, size_t) {
                              if (error)
                                  return self->fail(Fault::kBroken, error);
                              self->read();
                          });
    }

    void read()
    {
        if (!done_)
            return;
        http::async_read(
            stream_, buffer_, parser_, [self = shared_from_this()](error_code error, size_t) {
                if (error == http::error::body_limit)
                    return self->fail(Fault::kTooLarge, error);
                if (error)
                    return self->fail(Fault::kBroken, error);
                auto response = self->parser_.release();
                self->finish(
                    {Fault::kNone, response.result_int(), std::move(response.body()), {}});
            });
    }

    void fail(Fault fault, error_code error) { finish({fault, 0, {}, error.message()}); }

    void finish_time_out()
    {
        finish({sent_ ? Fault::kBroken : Fault::kUnreachable, 0, {}, "no answer in time"});
    }

    void finish(HttpResult result)
    {
        if (!done_)
            return;
        const auto done = std::exchange(done_, nullptr);
        timer_.cancel();
        resolver_.cancel();
        stream_.close();
        done(std::move(result));
    }

    tcp::resolver resolver_;
    beast::tcp_stream stream_;
    asio::steady_timer timer_;
    http::request<http::string_body> request_;
    http::response_parser<http::string_body> parser_;
    beast::flat_buffer buffer_;
    std::function<void(HttpResult)> done_;
    bool sent_ = false;
};

} // namespace

void post_json(asio::io_context& io,
               const config::Url& url,
               std::string body,
               std::chrono::milliseconds timeout,
               size_t max_answer_bytes,
               std::function<void(HttpResult)> done)
{
    std::make_shared<Exchange>(io, max_answer_bytes, std::move(done))
        ->start(url, std::move(body), timeout);
}

} // namespace depinsat::bridge
