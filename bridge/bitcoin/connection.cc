#include "bridge/bitcoin/connection.h"

#include "bridge/counters.h"

#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <sodium.h>

namespace depinsat::bridge::bitcoin {
namespace {

using namespace std::chrono_literals;

/// Memory for a payload is taken as it comes.
constexpr size_t kReadStep = 64 * 1024;
constexpr size_t kBytesPerSecond = 16 * 1024;
constexpr auto kPingInterval = 60s;

uint64_t random_number()
{
    uint64_t number;
    randombytes_buf(&number, sizeof(number));
    return number;
}

std::string address_of(const tcp::socket& socket)
{
    error_code error;
    const auto endpoint = socket.remote_endpoint(error);
    return error ? "?" : endpoint.address().to_string() + ':' + std::to_string(endpoint.port());
}

} // namespace

Connection::Connection(tcp::socket socket,
                       Introduction introduction,
                       bool outbound,
                       ConnectionEvents& events)
    : socket_(std::move(socket)),
      timer_(socket_.get_executor()),
      ping_timer_(socket_.get_executor()),
      introduction_(std::move(introduction)),
      events_(&events),
      address_(address_of(socket_)),
      outbound_(outbound)
{}

void Connection::start()
{
    error_code ignored;
    socket_.set_option(tcp::no_delay(true), ignored);
    if (outbound_)
        take_introduction({});
    expect(kMessageTime);
    read_header();
}

void Connection::read_header()
{
    asio::async_read(
        socket_, asio::buffer(raw_header_),
        [self = shared_from_this()](error_code error, size_t) {
            if (error)
                return self->fail("the node closed the connection: " + error.message());
            const auto header =
                read_frame_header(self->raw_header_, self->introduction_.network.magic);
            if (!header)
                return self->fail("it does not speak this network's protocol");
            self->header_ = *header;
            self->payload_.clear();
            self->expect(kMessageTime + header->length / kBytesPerSecond * 1s);
            self->read_payload();
        });
}

void Connection::read_payload()
{
    const size_t have = payload_.size();
    if (have == header_.length)
        return take_message();
    payload_.resize(std::min<size_t>(header_.length, have + kReadStep));
    asio::async_read(socket_, asio::buffer(payload_.data() + have, payload_.size() - have),
                     [self = shared_from_this()](error_code error, size_t) {
                         if (error)
                             return self->fail("the node closed the connection: " +
                                               error.message());
                         self->read_payload();
                     });
}

void Connection::take_message()
{
    if (!events_)
        return;
    if (!checksum_holds(header_, payload_))
        return fail("a checksum is wrong");
    const std::string& command = header_.command;
    if (!ready_) {
        if (!take_introduction(command))
            return fail("it does not introduce itself as nodes of this network do");
    } else if (command == "ping") {
        send("pong", payload_);
    } else if (command != "pong" && events_ && !events_->on_message(*this, command, payload_)) {
        return fail("its message " + command + " makes no sense");
    }
    if (!events_)
        return;
    expect(ready_ ? std::chrono::milliseconds(kSilence)
                  : std::chrono::milliseconds(kMessageTime));
    read_header();
}

/// @param command  empty: the connection begins.
bool Connection::take_introduction(const std::string& command)
{
    const auto introduce = [this] {
        send("version",
             encode(Version{kProtocolVersion, introduction_.services, int64_t(unix_time()),
                            random_number(), "/depinsat:" DEPINSAT_VERSION "/",
                            introduction_.height(), introduction_.relay}));
    };
    if (command.empty()) {
        introduce();
    } else if (command == "version") {
        const auto version = decode_version(payload_);
        if (!version || heard_version_ || version->version < kLeastProtocolVersion)
            return false;
        heard_version_ = true;
        peer_ = *version;
        if (!outbound_)
            introduce();
        send("verack");
    } else if (command == "verack") {
        if (!heard_version_)
            return false;
        ready_ = true;
        ping_later();
        events_->on_ready(*this);
    }
    return true; // others, as wtxidrelay, are for nodes that understand them
}

void Connection::ping_later()
{
    ping_timer_.expires_after(kPingInterval);
    ping_timer_.async_wait([self = shared_from_this()](error_code error) {
        if (error || !self->events_)
            return;
        self->send("ping", encode_number(random_number()));
        self->ping_later();
    });
}

void Connection::send(std::string_view command, std::span<const uint8_t> payload)
{
    if (!events_)
        return;
    Bytes bytes = frame(introduction_.network.magic, command, payload);
    if (queued_bytes_ + bytes.size() > kMaxQueuedBytes) {
        // Not from within send(): its callers go on with the connection.
        asio::post(socket_.get_executor(),
                   [self = shared_from_this()] { self->fail("the node takes nothing"); });
        return;
    }
    queued_bytes_ += bytes.size();
    queue_.push_back(std::move(bytes));
    if (queue_.size() == 1)
        write_next();
}

void Connection::write_next()
{
    asio::async_write(socket_, asio::buffer(queue_.front()),
                      [self = shared_from_this()](error_code error, size_t) {
                          if (error)
                              return self->fail("the node closed the connection: " +
                                                error.message());
                          self->queued_bytes_ -= self->queue_.front().size();
                          self->queue_.pop_front();
                          if (!self->queue_.empty())
                              self->write_next();
                      });
}

void Connection::expect(std::chrono::milliseconds time)
{
    timer_.expires_after(time);
    timer_.async_wait([self = shared_from_this()](error_code error) {
        if (!error)
            self->fail("the node is too slow, or silent");
    });
}

void Connection::fail(const std::string& why)
{
    auto* events = events_;
    if (!events)
        return;
    const auto self = shared_from_this(); // the events may let go of it
    close();
    events->on_closed(*this, why);
}

void Connection::close()
{
    events_ = nullptr;
    error_code ignored;
    timer_.cancel();
    ping_timer_.cancel();
    socket_.close(ignored);
}

} // namespace depinsat::bridge::bitcoin
