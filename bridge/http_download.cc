#include "bridge/http_exchange.h"

#include <boost/beast/http/buffer_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/write.hpp>

#include <array>

namespace depinsat::bridge {
namespace {

namespace http = boost::beast::http;
using Fault = HttpResult::Fault;

constexpr size_t kPieceBytes = 16384;

struct Handlers {
    std::function<void(unsigned status)> on_open;
    std::function<void(std::string_view)> on_data;
    std::function<void(HttpResult)> on_end;
};

/// A request over a connection of its own, and an answer in pieces.
class Download : public std::enable_shared_from_this<Download>
{
public:
    Download(asio::io_context& io, HttpCall call, Handlers handlers)
        : timer_(io),
          call_(std::move(call)),
          request_(request_of(call_)),
          handlers_(std::move(handlers))
    {
        parser_.body_limit(boost::none);
    }

    void start(HttpPool& pool)
    {
        try {
            connection_ = pool.make(call_.url, call_.ca_file);
        } catch (const std::runtime_error& error) {
            asio::post(timer_.get_executor(),
                       [self = shared_from_this(), what = std::string(error.what())] {
                           self->finish({Fault::kUnreachable, 0, {}, what, {}});
                       });
            return;
        }
        watch();
        connection_->connect(call_.url, [self = shared_from_this()](error_code error) {
            if (error)
                return self->fail(Fault::kUnreachable, error);
            self->write();
        });
    }

    /// Nobody is told anything any more.
    void stop()
    {
        handlers_ = {};
        finish({});
    }

private:
    /// Begins the time in which something has to come.
    void watch()
    {
        timer_.expires_after(call_.timeout);
        timer_.async_wait([self = shared_from_this()](error_code error) {
            if (!error)
                self->finish({Fault::kBroken, 0, {}, "nothing came in time", {}});
        });
    }

    void write()
    {
        if (ended_)
            return;
        connection_->with_stream([this](auto& stream) {
            http::async_write(stream, request_,
                              [self = shared_from_this()](error_code error, size_t) {
                                  if (error)
                                      return self->fail(Fault::kBroken, error);
                                  self->read_header();
                              });
        });
    }

    void read_header()
    {
        if (ended_)
            return;
        connection_->with_stream([this](auto& stream) {
            http::async_read_header(stream, connection_->buffer(), parser_,
                                    [self = shared_from_this()](error_code error, size_t) {
                                        if (error)
                                            return self->fail(Fault::kBroken, error);
                                        if (self->handlers_.on_open)
                                            self->handlers_.on_open(
                                                self->parser_.get().result_int());
                                        self->read_piece();
                                    });
        });
    }

    void read_piece()
    {
        if (ended_)
            return;
        if (parser_.is_done())
            return finish({Fault::kNone, parser_.get().result_int(), {}, {}, {}});
        watch();
        parser_.get().body().data = piece_.data();
        parser_.get().body().size = piece_.size();
        parser_.get().body().more = true;
        connection_->with_stream([this](auto& stream) {
            http::async_read_some(stream, connection_->buffer(), parser_,
                                  [self = shared_from_this()](error_code error, size_t) {
                                      self->on_piece(error);
                                  });
        });
    }

    void on_piece(error_code error)
    {
        if (error && error != http::error::need_buffer)
            return fail(Fault::kBroken, error);
        const size_t size = piece_.size() - parser_.get().body().size;
        if (size > 0 && handlers_.on_data)
            handlers_.on_data({piece_.data(), size});
        read_piece();
    }

    void fail(Fault fault, error_code error) { finish({fault, 0, {}, error.message(), {}}); }

    void finish(HttpResult result)
    {
        if (std::exchange(ended_, true))
            return;
        timer_.cancel();
        if (connection_)
            connection_->close();
        const auto told = std::exchange(handlers_, {});
        if (told.on_end)
            told.on_end(std::move(result));
    }

    asio::steady_timer timer_;
    HttpCall call_;
    http::request<http::string_body> request_;
    http::response_parser<http::buffer_body> parser_;
    std::shared_ptr<HttpConnection> connection_;
    Handlers handlers_;
    std::array<char, kPieceBytes> piece_;
    bool ended_ = false;
};

class Handle : public HttpDownload
{
public:
    explicit Handle(std::shared_ptr<Download> download) : download_(std::move(download)) {}
    ~Handle() override { download_->stop(); }
    Handle(const Handle&) = delete;
    Handle& operator=(const Handle&) = delete;

private:
    std::shared_ptr<Download> download_;
};

} // namespace

std::unique_ptr<HttpDownload> start_download(asio::io_context& io,
                                             std::shared_ptr<HttpPool> pool,
                                             HttpCall call,
                                             std::function<void(unsigned status)> on_open,
                                             std::function<void(std::string_view)> on_data,
                                             std::function<void(HttpResult)> on_end)
{
    auto download = std::make_shared<Download>(
        io, std::move(call),
        Handlers{std::move(on_open), std::move(on_data), std::move(on_end)});
    download->start(*pool);
    return std::make_unique<Handle>(std::move(download));
}

} // namespace depinsat::bridge
