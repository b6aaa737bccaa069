#include "bridge/http_chunked.h"

#include <boost/beast/http/chunk_encode.hpp>
#include <boost/beast/http/serializer.hpp>
#include <boost/beast/http/write.hpp>

#include <deque>

namespace depinsat::bridge {
namespace {

namespace beast = boost::beast;
namespace http = beast::http;

constexpr size_t kMaxPendingBytes = 1u << 20;

class ChunkedStream : public HttpStream, public std::enable_shared_from_this<ChunkedStream>
{
public:
    ChunkedStream(beast::tcp_stream stream, HttpClientTicket ticket)
        : stream_(std::move(stream)), ticket_(std::move(ticket))
    {}

    void start(http::response<http::empty_body> header)
    {
        header_ = std::move(header);
        serializer_.emplace(header_);
        writing_ = true;
        stream_.expires_after(ticket_->limits.write_time);
        http::async_write_header(
            stream_, *serializer_,
            [self = shared_from_this()](error_code error, size_t) { self->on_written(error); });
        watch();
    }

    bool write(std::string piece) override
    {
        if (closed_ || ended_)
            return false;
        if (piece.empty())
            return true;
        pending_bytes_ += piece.size();
        pending_.push_back(std::move(piece));
        if (pending_bytes_ > kMaxPendingBytes) {
            asio::post(stream_.get_executor(), [self = shared_from_this()] { self->close(); });
            return false;
        }
        if (!writing_)
            write_next();
        return true;
    }

    void end() override
    {
        ended_ = true;
        if (!writing_)
            write_next();
    }

private:
    /// Whatever the client sends now, or its going away, ends the stream.
    void watch()
    {
        stream_.socket().async_wait(tcp::socket::wait_read,
                                    [self = shared_from_this()](error_code) { self->close(); });
    }

    void write_next()
    {
        if (closed_ || (pending_.empty() && !ended_))
            return;
        writing_ = true;
        stream_.expires_after(ticket_->limits.write_time);
        if (pending_.empty())
            return asio::async_write(
                stream_, http::make_chunk_last(),
                [self = shared_from_this()](error_code, size_t) { self->close(); });
        asio::async_write(stream_, http::make_chunk(asio::buffer(pending_.front())),
                          [self = shared_from_this(),
                           size = pending_.front().size()](error_code error, size_t) {
                              self->pending_bytes_ -= size;
                              self->pending_.pop_front();
                              self->on_written(error);
                          });
    }

    void on_written(error_code error)
    {
        writing_ = false;
        if (error)
            return close();
        stream_.expires_never();
        write_next();
    }

    void close()
    {
        if (closed_)
            return;
        closed_ = true;
        error_code ignored;
        stream_.socket().shutdown(tcp::socket::shutdown_both, ignored);
        stream_.close();
        if (const auto told = std::exchange(on_closed, nullptr))
            told();
    }

    beast::tcp_stream stream_;
    HttpClientTicket ticket_;
    http::response<http::empty_body> header_;
    std::optional<http::response_serializer<http::empty_body>> serializer_;
    std::deque<std::string> pending_;
    size_t pending_bytes_ = 0;
    bool writing_ = false, ended_ = false, closed_ = false;
};

} // namespace

std::shared_ptr<HttpStream> start_chunked(beast::tcp_stream stream,
                                          HttpClientTicket ticket,
                                          http::response<http::empty_body> header,
                                          std::string first)
{
    const auto chunked = std::make_shared<ChunkedStream>(std::move(stream), std::move(ticket));
    chunked->start(std::move(header));
    chunked->write(std::move(first));
    return chunked;
}

} // namespace depinsat::bridge
