#pragma once

#include "bridge/asio.h"

#include <boost/asio/posix/stream_descriptor.hpp>
#include <zmq.hpp>

#include <functional>
#include <string>
#include <vector>

namespace depinsat::bridge {

/// A ZeroMQ socket in the event loop of Asio.
///
/// ZeroMQ's descriptor tells of changes only, not of a state, and any call on the socket may
/// take the news: so the socket is emptied after every event and after every send.
/// Bounds   messages of 64 KiB and four parts; larger ones are dropped.
class ZmqSocket
{
public:
    using Parts = std::vector<zmq::message_t>;

    /// @param high_water_mark  messages that wait in either direction.
    ZmqSocket(asio::io_context&, zmq::context_t&, zmq::socket_type, int high_water_mark);
    ~ZmqSocket();

    zmq::socket_t& socket() { return socket_; }

    /// Binds.
    /// @throws std::runtime_error naming the endpoint.
    void bind(const std::string& endpoint);

    /// From now on, calls `on_message` for every message.
    void start(std::function<void(Parts&)> on_message);

    /// @return false if the message is dropped, since too many wait.
    bool send(Parts);

private:
    void wait();
    void drain();
    bool receive_one();

    asio::io_context& io_;
    zmq::socket_t socket_;
    asio::posix::stream_descriptor descriptor_;
    std::function<void(Parts&)> on_message_;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
    bool draining_ = false;
};

} // namespace depinsat::bridge
