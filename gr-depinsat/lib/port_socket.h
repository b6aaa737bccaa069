#pragma once

#include "ports/curve_gate.h"

#include <zmq.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>

namespace depinsat::blocks {

/// ZeroMQ socket for messages of two parts that never makes its owner wait in send().
///
/// Bounded   at most `high_water_mark` messages and 64 KiB of the kernel's buffers wait each
/// way. Away      what is sent while nobody is connected is refused, not queued; the other side
/// may
///           come, go and come back at any time.
/// Threads   one object per thread.
class PortSocket
{
public:
    using Curve = std::optional<ports::Curve>;

    /// @param curve  with it only its first peer is talked to.
    /// @throws std::invalid_argument naming `key` if the endpoint is malformed or in use.
    static PortSocket connected(zmq::socket_type,
                                const char* key,
                                const std::string& endpoint,
                                int high_water_mark,
                                const Curve& curve = {});
    /// @param curve  with it only its peers may connect.
    static PortSocket bound(zmq::socket_type,
                            const char* key,
                            const std::string& endpoint,
                            int high_water_mark,
                            const Curve& curve = {});

    /// @return false if it can't go now: nobody is there, or too much is waiting.
    bool send(std::span<const uint8_t> map, std::span<const uint8_t> body);

    /// Waits for a message, at most `wait`; messages of other than two parts are passed over.
    /// @return whether map() and body() hold a new one.
    bool receive(std::chrono::microseconds wait);
    std::span<const uint8_t> map() const { return bytes_of(map_); }
    std::span<const uint8_t> body() const { return bytes_of(body_); }

    /// Drops the connection with all that waits in it, and connects again as a stranger.
    void reconnect();

    /// Connections of strangers to a bound socket that were refused.
    uint64_t refused() const { return gate_ ? gate_->refused() : 0; }

private:
    PortSocket(zmq::socket_type, std::string endpoint, int high_water_mark, const Curve&);
    void open();
    void connect();
    bool receive_now();
    static std::span<const uint8_t> bytes_of(const zmq::message_t& part)
    {
        return {part.data<uint8_t>(), part.size()};
    }

    zmq::socket_type type_;
    std::string endpoint_;
    int high_water_mark_;
    Curve curve_;
    zmq::context_t context_;
    zmq::socket_t socket_;
    std::unique_ptr<ports::CurveGate> gate_; ///< ends before the socket
    zmq::message_t map_, body_;
};

/// Frames leave this machine under CURVE only, and CURVE guards TCP only.
///
/// @throws std::invalid_argument naming `key` unless the endpoint is tcp:// or, without CURVE,
///         ipc:// or a loopback address of tcp://.
void require_guarded(const char* key, const std::string& endpoint, const PortSocket::Curve&);

} // namespace depinsat::blocks
