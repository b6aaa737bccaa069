#include "bridge/http_exchange.h"

#include <boost/beast/core/string.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/write.hpp>

namespace depinsat::bridge {
namespace {

namespace beast = boost::beast;
namespace http = beast::http;
using Fault = HttpResult::Fault;

/// One request and its answer. The timer ends it whichever step it is in.
class Exchange : public std::enable_shared_from_this<Exchange>
{
public:
    Exchange(asio::io_context& io,
             std::shared_ptr<HttpPool> pool,
             HttpCall call,
             std::function<void(HttpResult)> done)
        : pool_(std::move(pool)),
          timer_(io),
          call_(std::move(call)),
          request_(request_of(call_)),
          done_(std::move(done))
    {}

    void start()
    {
        timer_.expires_after(call_.timeout);
        timer_.async_wait([self = shared_from_this()](error_code error) {
            if (!error)
                self->finish({self->sent_ ? Fault::kBroken : Fault::kUnreachable,
                              0,
                              {},
                              "no answer in time"});
        });
        connection_ = pool_->take(call_.url, call_.ca_file);
        reused_ = connection_ != nullptr;
        if (reused_)
            asio::post(timer_.get_executor(), [self = shared_from_this()] { self->write(); });
        else
            connect();
    }

private:
    void connect()
    {
        reused_ = false;
        try {
            connection_ = pool_->make(call_.url, call_.ca_file);
        } catch (const std::runtime_error& error) {
            asio::post(timer_.get_executor(),
                       [self = shared_from_this(), what = std::string(error.what())] {
                           self->finish({Fault::kUnreachable, 0, {}, what});
                       });
            return;
        }
        connection_->connect(call_.url, [self = shared_from_this()](error_code error) {
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
        connection_->with_stream([this](auto& stream) {
            http::async_write(stream, request_,
                              [self = shared_from_this()](error_code error, size_t) {
                                  if (error)
                                      return self->fail_or_repeat(error);
                                  self->read();
                              });
        });
    }

    void read()
    {
        if (!done_)
            return;
        parser_.emplace();
        parser_->body_limit(call_.max_answer_bytes);
        if (call_.method == http::verb::head)
            parser_->skip(true);
        // The header alone first: Beast looks past the limit if a body comes with its header.
        connection_->with_stream([this](auto& stream) {
            http::async_read_header(stream, connection_->buffer(), *parser_,
                                    [self = shared_from_this()](error_code error, size_t) {
                                        if (error)
                                            return self->on_read(error);
                                        self->read_body();
                                    });
        });
    }

    void read_body()
    {
        if (!done_)
            return;
        connection_->with_stream([this](auto& stream) {
            http::async_read(stream, connection_->buffer(), *parser_,
                             [self = shared_from_this()](error_code error, size_t) {
                                 self->on_read(error);
                             });
        });
    }

    void on_read(error_code error)
    {
        if (!done_)
            return;
        if (error == http::error::body_limit)
            return fail(Fault::kTooLarge, error);
        if (error && !parser_->got_some())
            return fail_or_repeat(error);
        if (error)
            return fail(Fault::kBroken, error);
        auto response = parser_->release();
        if (response.keep_alive())
            pool_->give_back(call_.url, call_.ca_file, std::exchange(connection_, nullptr));
        HttpResult result{
            Fault::kNone, response.result_int(), std::move(response.body()), {}, {}};
        result.headers = std::move(response.base());
        strip_access_control(result.headers);
        finish(std::move(result));
    }

    /// The server may have closed a kept connection just as the request went out.
    void fail_or_repeat(error_code error)
    {
        if (!done_)
            return;
        if (!reused_ || !call_.idempotent)
            return fail(Fault::kBroken, error);
        connection_->close();
        connect();
    }

    void fail(Fault fault, error_code error) { finish({fault, 0, {}, error.message(), {}}); }

    void finish(HttpResult result)
    {
        if (!done_)
            return;
        const auto done = std::exchange(done_, nullptr);
        timer_.cancel();
        if (connection_)
            connection_->close();
        done(std::move(result));
    }

    std::shared_ptr<HttpPool> pool_;
    asio::steady_timer timer_;
    HttpCall call_;
    http::request<http::string_body> request_;
    std::optional<http::response_parser<http::string_body>> parser_;
    std::shared_ptr<HttpConnection> connection_;
    std::function<void(HttpResult)> done_;
    bool sent_ = false, reused_ = false;
};

} // namespace

http::request<http::string_body> request_of(const HttpCall& call)
{
    http::request<http::string_body> request(
        call.method, call.target.empty() ? call.url.path : call.target, 11);
    request.set(http::field::host, call.url.authority());
    for (const auto& [name, value] : call.headers)
        request.set(name, value);
    if (!call.body.empty())
        request.set(http::field::content_type, call.content_type);
    request.body() = call.body;
    request.prepare_payload();
    return request;
}

void strip_access_control(http::fields& fields)
{
    constexpr std::string_view kPrefix = "access-control-";
    for (auto next = fields.begin(); next != fields.end();) {
        const auto field = next++;
        const auto name = field->name_string();
        if (name.size() >= kPrefix.size() &&
            beast::iequals(name.substr(0, kPrefix.size()),
                           beast::string_view(kPrefix.data(), kPrefix.size())))
            fields.erase(field);
    }
}

void start_exchange(asio::io_context& io,
                    std::shared_ptr<HttpPool> pool,
                    HttpCall call,
                    std::function<void(HttpResult)> done)
{
    std::make_shared<Exchange>(io, std::move(pool), std::move(call), std::move(done))->start();
}

} // namespace depinsat::bridge
