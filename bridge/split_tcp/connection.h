#pragma once

#include "bridge/asio.h"
#include "bridge/split_tcp/stream.h"

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace depinsat::bridge::split_tcp {

/// What a connection's half may use.
struct Limits {
    uint64_t window = 262144; ///< bytes on their way to this half; at least kFirstCredit
    std::chrono::seconds idle{3600};
};

/// One half of a split connection: a socket on one side, messages of the link on the other.
/// Bytes are read from the socket as the other half has room for them, so a slow end slows
/// the far end down and memory stays bounded.
class Connection : public std::enable_shared_from_this<Connection>
{
public:
    /// Told whether the other half has a message.
    using Delivered = std::function<void(bool)>;

    struct Carrier {
        /// Puts a message on the link, which tells what became of it.
        /// @return false if the link cannot take it now.
        std::function<bool(Body, Delivered)> send;
        std::function<void()> gone; ///< the connection is over; called once
    };

    Connection(asio::io_context&, const Limits&, Carrier);

    /// The client's half: asks for the service, together with what the client says at once.
    void open(tcp::socket, std::string service);

    /// The service's half, when its socket is connected.
    void accept(tcp::socket);

    /// From the other half; `Open` belongs to whoever accepts.
    void take(const Body&);

    /// Ends both halves at once: the program at the socket sees a reset.
    void abort(Reason);

private:
    void start(tcp::socket);
    void send_open();
    void read();
    void on_read(error_code, std::vector<uint8_t> bytes);
    void write();
    void send(Body);
    void try_again();
    void credit(size_t consumed);
    void after(std::chrono::milliseconds, asio::steady_timer&, void (Connection::*)());
    void touch();
    void on_idle() { abort(Reason::kLost); }
    void end_if_done();
    void close(bool gracefully);

    const Limits limits_;
    Carrier carrier_;
    std::optional<tcp::socket> socket_;
    asio::steady_timer first_timer_, retry_timer_, idle_timer_;
    Sender sender_;
    Receiver receiver_;
    std::optional<std::string> service_; ///< to be asked for
    std::vector<uint8_t> writing_;
    std::vector<Body> refused_; ///< by the link, which is asked again: at most a few
    bool reading_ = false, end_read_ = false, end_delivered_ = false, end_written_ = false;
    bool over_ = false;
};

} // namespace depinsat::bridge::split_tcp
