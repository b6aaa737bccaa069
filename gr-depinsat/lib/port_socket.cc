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

/// Names such as 127.example.org are no address.
bool is_local(std::string_view endpoint)
{
    constexpr std::string_view kLoopback = "tcp://127.";
    if (endpoint.starts_with(kLoopback)) {
        const auto rest = endpoint.substr(kLoopback.size());
        return rest.find_first_not_of("0123456789.") == rest.find(':');
    }
    return endpoint.starts_with("ipc://") || endpoint.starts_with("tcp://localhost:") ||
           endpoint.starts_with("tcp://[::1]:");
}

} // namespace

PortSocket::PortSocket(zmq::socket_type type,
                       std::string endpoint,
                       int high_water_mark,
                       const Curve& curve)
    : type_(type),
      endpoint_(std::move(endpoint)),
      high_water_mark_(high_water_mark),
      curve_(curve)
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
    socket_.set(zmq::sockopt::ipv6, endpoint_.starts_with("tcp://["));
}

PortSocket PortSocket::connected(zmq::socket_type type,
                                 const char* key,
                                 const std::string& endpoint,
                                 int high_water_mark,
                                 const Curve& curve)
try {
    PortSocket port(type, endpoint, high_water_mark, curve);
    port.connect();
    return port;
} catch (const zmq::error_t& error) {
    throw refusal(key, endpoint, error.what());
}

PortSocket PortSocket::bound(zmq::socket_type type,
                             const char* key,
                             const std::string& endpoint,
                             int high_water_mark,
                             const Curve& curve)
try {
    PortSocket port(type, endpoint, high_water_mark, curve);
    if (curve)
        port.gate_ = std::make_unique<ports::CurveGate>(
            port.context_, *curve, std::initializer_list<zmq::socket_ref>{port.socket_});
    port.socket_.bind(endpoint);
    return port;
} catch (const zmq::error_t& error) {
    throw refusal(key, endpoint, error.what());
}

void PortSocket::connect()
{
    if (curve_)
        ports::use_curve(socket_, *curve_);
    socket_.connect(endpoint_);
}

void PortSocket::reconnect()
{
    socket_.set(zmq::sockopt::linger, 0);
    socket_.close();
    open();
    connect();
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

void require_guarded(const char* key,
                     const std::string& endpoint,
                     const PortSocket::Curve& curve)
{
    if (curve && !endpoint.starts_with("tcp://"))
        throw refusal(key, endpoint, "allowed with a curve_key_file is tcp://<address>:<port>");
    if (!curve && !is_local(endpoint))
        throw refusal(key, endpoint,
                      "allowed without a curve_key_file are ipc://<path> and tcp:// with a "
                      "loopback address");
}

} // namespace depinsat::blocks
