#include "port_socket.h"

#include <stdexcept>
#include <utility>

namespace depinsat::blocks {
namespace {

constexpr int kKernelBufferBytes = 64 * 1024;
constexpr int kLingerMs = 100; // for the last reports and frames

std::invalid_argument refusal(const char* key, const std::string& endpoint, const char* why)
{
    return std::invalid_argument(std::string(key) + ": " + endpoint + ": " + why);
}

} // namespace

PortSocket::PortSocket(zmq::socket_type type, std::string endpoint, int high_water_mark)
    : type_(type), endpoint_(std::move(endpoint)), high_water_mark_(high_water_mark)
{
    open();
}

void PortSocket::open()
{
    socket_ = zmq::socket_t(context_, type_);
    socket_.set(zmq::sockopt::sndhwm, high_water_mark_);
    socket_.set(zmq::sockopt::rcvhwm, high_water_mark_);
    socket_.set(zmq::sockopt::sndbuf, kKernelBufferBytes);
    socket_.set(zmq::sockopt::rcvbuf, kKernelBufferBytes);
    socket_.set(zmq::sockopt::immediate, true);
    socket_.set(zmq::sockopt::linger, kLingerMs);
    socket_.set(zmq::sockopt::reconnect_ivl, 20);
    socket_.set(zmq::sockopt::reconnect_ivl_max, 200);
}

PortSocket PortSocket::connected(zmq::socket_type type,
                                 const char* key,
                                 const std::string& endpoint,
                                 int high_water_mark)
try {
    PortSocket port(type, endpoint, high_water_mark);
    port.socket_.connect(endpoint);
    return port;
} catch (const zmq::error_t& error) {
    throw refusal(key, endpoint, error.what());
}

PortSocket PortSocket::bound(zmq::socket_type type,
                             const char* key,
                             const std::string& endpoint,
                             int high_water_mark)
try {
    PortSocket port(type, endpoint, high_water_mark);
    port.socket_.bind(endpoint);
    return port;
} catch (const zmq::error_t& error) {
    throw refusal(key, endpoint, error.what());
}

void PortSocket::reconnect()
{
    socket_.set(zmq::sockopt::linger, 0);
    socket_.close();
    open();
    socket_.connect(endpoint_);
}

bool PortSocket::send(std::span<const uint8_t> map, std::span<const uint8_t> body)
{
    const auto more = zmq::send_flags::sndmore | zmq::send_flags::dontwait;
    if (!socket_.send(zmq::buffer(map.data(), map.size()), more))
        return false;
    // Having taken the first part, ZeroMQ takes all of a message.
    socket_.send(zmq::buffer(body.data(), body.size()), zmq::send_flags::dontwait);
    return true;
}

bool PortSocket::receive(std::chrono::microseconds wait)
{
    using Clock = std::chrono::steady_clock;
    const auto until = Clock::now() + wait;
    while (!receive_now()) {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - Clock::now());
        if (left.count() <= 0)
            return false;
        zmq::pollitem_t item{socket_.handle(), 0, ZMQ_POLLIN, 0};
        zmq::poll(&item, 1, left);
    }
    return true;
}

bool PortSocket::receive_now()
{
    while (socket_.recv(map_, zmq::recv_flags::dontwait)) {
        bool whole = map_.more() && socket_.recv(body_, zmq::recv_flags::dontwait).has_value();
        for (zmq::message_t rest; whole && body_.more(); whole = false)
            while (socket_.recv(rest, zmq::recv_flags::dontwait) && rest.more()) {
            }
        if (whole)
            return true;
    }
    return false;
}

void require_local(const char* key, const std::string& endpoint)
{
    for (const char* prefix : {"ipc://", "tcp://127.", "tcp://localhost:", "tcp://[::1]:"})
        if (endpoint.starts_with(prefix))
            return;
    throw refusal(key, endpoint, "allowed are ipc://<path> and tcp:// with a loopback address");
}

} // namespace depinsat::blocks
