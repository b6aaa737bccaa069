#include "bridge/zmq_socket.h"

#include <cerrno>
#include <stdexcept>

namespace depinsat::bridge {
namespace {

constexpr int64_t kMaxMessageBytes = 64 * 1024;
constexpr size_t kMaxParts = 4;
constexpr int kMessagesPerTurn = 64; // then others in the loop have their turn

bool send_part(zmq::socket_t& socket, zmq::message_t& part, zmq::send_flags flags)
{
    for (;;) {
        try {
            return socket.send(part, flags).has_value();
        } catch (const zmq::error_t& error) {
            if (error.num() != EINTR)
                throw;
        }
    }
}

} // namespace

ZmqSocket::ZmqSocket(asio::io_context& io,
                     zmq::context_t& context,
                     zmq::socket_type type,
                     int high_water_mark)
    : io_(io), socket_(context, type), descriptor_(io)
{
    socket_.set(zmq::sockopt::linger, 0);
    socket_.set(zmq::sockopt::sndhwm, high_water_mark);
    socket_.set(zmq::sockopt::rcvhwm, high_water_mark);
    socket_.set(zmq::sockopt::maxmsgsize, kMaxMessageBytes);
    descriptor_.assign(socket_.get(zmq::sockopt::fd));
}

ZmqSocket::~ZmqSocket()
{
    *alive_ = false;
    descriptor_.release(); // the descriptor is ZeroMQ's
}

void ZmqSocket::bind(const std::string& endpoint)
{
    try {
        socket_.set(zmq::sockopt::ipv6, endpoint.starts_with("tcp://["));
        socket_.bind(endpoint);
    } catch (const zmq::error_t& error) {
        throw std::runtime_error("cannot bind " + endpoint + ": " + error.what());
    }
}

void ZmqSocket::start(std::function<void(Parts&)> on_message)
{
    on_message_ = std::move(on_message);
    wait();
    asio::post(io_, [this, alive = alive_] {
        if (*alive)
            drain();
    });
}

void ZmqSocket::wait()
{
    descriptor_.async_wait(asio::posix::stream_descriptor::wait_read,
                           [this, alive = alive_](error_code error) {
                               if (error || !*alive)
                                   return;
                               drain();
                               if (*alive)
                                   wait();
                           });
}

bool ZmqSocket::receive_one()
{
    Parts parts;
    bool more = true;
    size_t count = 0;
    while (more) {
        zmq::message_t part;
        if (!socket_.recv(part, zmq::recv_flags::dontwait))
            return false;
        more = part.more();
        if (++count <= kMaxParts)
            parts.push_back(std::move(part));
    }
    if (count <= kMaxParts)
        on_message_(parts);
    return true;
}

void ZmqSocket::drain()
{
    if (draining_)
        return;
    draining_ = true;
    int left = kMessagesPerTurn;
    try {
        while (left > 0 && (socket_.get(zmq::sockopt::events) & ZMQ_POLLIN) && receive_one())
            --left;
    } catch (const zmq::error_t& error) {
        if (error.num() != EINTR)
            throw;
        left = 0; // a signal came in between: go on later
    }
    draining_ = false;
    if (left == 0)
        asio::post(io_, [this, alive = alive_] {
            if (*alive)
                drain();
        });
}

bool ZmqSocket::send(Parts parts)
{
    bool sent = true;
    for (size_t i = 0; i < parts.size() && sent; ++i) {
        const auto more =
            i + 1 < parts.size() ? zmq::send_flags::sndmore : zmq::send_flags::none;
        sent = send_part(socket_, parts[i], more | zmq::send_flags::dontwait);
    }
    if (on_message_ && !draining_)
        asio::post(io_, [this, alive = alive_] {
            if (*alive)
                drain();
        });
    return sent;
}

} // namespace depinsat::bridge
