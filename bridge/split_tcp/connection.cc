#include "bridge/split_tcp/connection.h"

#include <boost/asio/write.hpp>

#include <algorithm>
#include <utility>

namespace depinsat::bridge::split_tcp {
namespace {

using namespace std::chrono_literals;

/// A client that speaks first does so within this, and saves a round trip.
constexpr auto kFirstWords = 20ms;

/// The link is asked again so often while its queue is full.
constexpr auto kRetry = 50ms;

} // namespace

Connection::Connection(asio::io_context& io, const Limits& limits, Carrier carrier)
    : limits_(limits),
      carrier_(std::move(carrier)),
      first_timer_(io),
      retry_timer_(io),
      idle_timer_(io),
      receiver_(limits.window)
{}

void Connection::open(tcp::socket socket, std::string service)
{
    service_ = std::move(service);
    after(kFirstWords, first_timer_, &Connection::send_open);
    start(std::move(socket));
}

void Connection::accept(tcp::socket socket)
{
    start(std::move(socket));
    credit(0);
    write();
}

void Connection::start(tcp::socket socket)
{
    if (over_)
        return;
    socket_ = std::move(socket);
    error_code ignored;
    socket_->set_option(tcp::no_delay(true), ignored);
    socket_->set_option(asio::socket_base::keep_alive(true), ignored);
    touch();
    read();
}

void Connection::send_open()
{
    if (service_)
        send(Open{*std::exchange(service_, {}), {}});
    credit(0);
}

void Connection::read()
{
    if (reading_ || over_ || end_read_ || !refused_.empty() || sender_.room() == 0)
        return;
    reading_ = true;
    auto bytes = std::make_shared<std::vector<uint8_t>>(
        std::min<uint64_t>(sender_.room(), kMaxDataBytes));
    socket_->async_read_some(asio::buffer(*bytes),
                             [self = shared_from_this(), bytes](error_code error, size_t n) {
                                 bytes->resize(n);
                                 self->on_read(error, std::move(*bytes));
                             });
}

void Connection::on_read(error_code error, std::vector<uint8_t> bytes)
{
    reading_ = false;
    if (over_)
        return;
    if (error && error != asio::error::eof)
        return abort(Reason::kBroken);
    touch();
    if (!bytes.empty()) {
        Data data = sender_.send(std::move(bytes));
        if (service_) {
            first_timer_.cancel();
            send(Open{*std::exchange(service_, {}), std::move(data.bytes)});
            credit(0);
        } else {
            send(std::move(data));
        }
    }
    if (!error)
        return read();
    if (service_)
        send_open();
    end_read_ = true;
    send(End{sender_.offset()});
}

void Connection::take(const Body& body)
{
    touch();
    bool allowed = true;
    if (const auto* data = std::get_if<Data>(&body))
        allowed = receiver_.take(*data);
    else if (const auto* end = std::get_if<End>(&body))
        allowed = receiver_.take(*end);
    else if (const auto* credit = std::get_if<Credit>(&body))
        sender_.credit(*credit);
    else if (std::holds_alternative<Reset>(body))
        return close(false);
    if (!allowed)
        return abort(Reason::kViolation);
    if (socket_) {
        write();
        read();
    }
}

void Connection::write()
{
    if (over_ || !writing_.empty() || end_written_)
        return;
    writing_ = receiver_.next();
    if (writing_.empty()) {
        if (receiver_.ended()) {
            error_code ignored;
            socket_->shutdown(tcp::socket::shutdown_send, ignored);
            end_written_ = true;
            end_if_done();
        }
        return;
    }
    asio::async_write(*socket_, asio::buffer(writing_),
                      [self = shared_from_this()](error_code error, size_t bytes) {
                          if (self->over_)
                              return;
                          if (error)
                              return self->abort(Reason::kBroken);
                          self->touch();
                          self->writing_.clear();
                          self->credit(bytes);
                          self->write();
                      });
}

void Connection::credit(size_t consumed)
{
    if (const auto credit = receiver_.consumed(consumed))
        send(*credit);
}

void Connection::send(Body body)
{
    if (over_)
        return;
    const bool is_end = std::holds_alternative<End>(body);
    const auto delivered = [self = shared_from_this(), is_end](bool done) {
        if (!done)
            return self->abort(Reason::kLost);
        self->end_delivered_ |= is_end;
        self->end_if_done();
    };
    if (refused_.empty() && carrier_.send(body, delivered))
        return;
    refused_.push_back(std::move(body));
    if (refused_.size() == 1)
        after(kRetry, retry_timer_, &Connection::try_again);
}

void Connection::try_again()
{
    for (Body& body : std::exchange(refused_, {}))
        send(std::move(body));
    if (socket_)
        read();
}

void Connection::abort(Reason reason)
{
    if (over_)
        return;
    // Best effort: without it the other half finds out by what it sends, or by its idle time.
    carrier_.send(Reset{reason}, [](bool) {});
    close(false);
}

void Connection::end_if_done()
{
    if (end_delivered_ && end_written_)
        close(true);
}

void Connection::close(bool gracefully)
{
    if (std::exchange(over_, true))
        return;
    for (auto* timer : {&first_timer_, &retry_timer_, &idle_timer_})
        timer->cancel();
    if (socket_) {
        error_code ignored;
        if (!gracefully)
            socket_->set_option(asio::socket_base::linger(true, 0), ignored);
        socket_->close(ignored);
    }
    carrier_.gone();
}

void Connection::touch()
{
    if (!over_)
        after(limits_.idle, idle_timer_, &Connection::on_idle);
}

void Connection::after(std::chrono::milliseconds time,
                       asio::steady_timer& timer,
                       void (Connection::*action)())
{
    timer.expires_after(time);
    timer.async_wait([weak = weak_from_this(), action](error_code error) {
        const auto self = weak.lock();
        if (!error && self && !self->over_)
            ((*self).*action)();
    });
}

} // namespace depinsat::bridge::split_tcp
