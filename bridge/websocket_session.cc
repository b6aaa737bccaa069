#include "bridge/http_state.h"

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/websocket/stream.hpp>

#include <deque>

namespace depinsat::bridge {
namespace {

namespace beast = boost::beast;
namespace websocket = beast::websocket;

constexpr size_t kMaxPendingBytes = 4u << 20;

class WebSocketSession : public WebSocket, public std::enable_shared_from_this<WebSocketSession>
{
public:
    WebSocketSession(tcp::socket socket, HttpClientTicket ticket)
        : stream_(std::move(socket)), ticket_(std::move(ticket))
    {
        // Pings find clients that have gone silently; a close that is not answered ends, too.
        // Clients that send and do not read end by what is pending.
        stream_.set_option(websocket::stream_base::timeout{ticket_->limits.header_time,
                                                           ticket_->limits.idle_time, true});
        stream_.read_message_max(ticket_->limits.max_body_bytes);
    }

    void start(const HttpRequest& upgrade)
    {
        stream_.async_accept(upgrade, [self = shared_from_this()](error_code error) {
            if (error)
                return self->finish();
            self->open_ = true;
            self->ticket_->websocket(self);
            self->read();
            self->write_next();
        });
    }

    bool send(std::string text) override
    {
        if (finished_ || closing_)
            return false;
        pending_bytes_ += text.size();
        pending_.push_back(std::move(text));
        if (pending_bytes_ > kMaxPendingBytes) {
            asio::post(stream_.get_executor(), [self = shared_from_this()] { self->cut(); });
            return false;
        }
        write_next();
        return true;
    }

    void close() override
    {
        closing_ = true;
        write_next();
    }

private:
    void read()
    {
        stream_.async_read(buffer_, [self = shared_from_this()](error_code error, size_t) {
            if (error)
                return self->finish();
            self->take_message();
        });
    }

    void take_message()
    {
        const auto bytes = buffer_.data();
        std::string text(static_cast<const char*>(bytes.data()), bytes.size());
        buffer_.consume(buffer_.size());
        if (!ticket_->rate.take(std::chrono::steady_clock::now().time_since_epoch()))
            close();
        else if (on_message && !closing_)
            on_message(std::move(text));
        read();
    }

    void write_next()
    {
        if (!open_ || writing_ || finished_)
            return;
        if (pending_.empty()) {
            if (closing_)
                start_close();
            return;
        }
        writing_ = true;
        stream_.text(true);
        stream_.async_write(
            asio::buffer(pending_.front()),
            [self = shared_from_this()](error_code error, size_t) { self->on_written(error); });
    }

    void on_written(error_code error)
    {
        writing_ = false;
        if (error)
            return finish();
        pending_bytes_ -= pending_.front().size();
        pending_.pop_front();
        write_next();
    }

    void start_close()
    {
        writing_ = true; // nothing goes out after it
        stream_.async_close(websocket::close_code::policy_error,
                            [self = shared_from_this()](error_code) { self->finish(); });
    }

    void cut()
    {
        beast::get_lowest_layer(stream_).close();
        finish();
    }

    void finish()
    {
        if (finished_)
            return;
        finished_ = true;
        on_message = nullptr;
        if (const auto told = std::exchange(on_closed, nullptr))
            told();
    }

    websocket::stream<beast::tcp_stream> stream_;
    HttpClientTicket ticket_;
    beast::flat_buffer buffer_;
    std::deque<std::string> pending_;
    size_t pending_bytes_ = 0;
    bool open_ = false, writing_ = false, closing_ = false, finished_ = false;
};

} // namespace

void start_websocket_session(tcp::socket socket,
                             HttpClientTicket ticket,
                             const HttpRequest& upgrade)
{
    std::make_shared<WebSocketSession>(std::move(socket), std::move(ticket))->start(upgrade);
}

} // namespace depinsat::bridge
