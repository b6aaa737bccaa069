#pragma once

#include "ports/curve.h"

#include <zmq.hpp>

#include <atomic>
#include <initializer_list>
#include <thread>

namespace depinsat::ports {

/// Lets a socket connect to the first of `curve.peers`, and to nobody else.
///
/// Call it before connecting; one that connects to another key never gets through.
void use_curve(zmq::socket_t&, const Curve& curve);

/// Lets `curve.peers` through to sockets that bind, and nobody else: the ZAP handler (RFC 27)
/// of a ZeroMQ context.
///
/// Refused   other keys, other mechanisms (NULL, PLAIN), older protocols and whoever does not
///           end the handshake; what a stranger sends is never seen.
/// After     its end no new connection is let through; those there are go on.
/// Threads   one of its own, which no signal wakes; the object belongs to the sockets' thread.
class CurveGate
{
public:
    /// @param sockets  not yet bound; to be closed after the gate.
    /// @throws zmq::error_t, also if the context has a gate already.
    CurveGate(zmq::context_t&,
              const Curve& curve,
              std::initializer_list<zmq::socket_ref> sockets);
    ~CurveGate();
    CurveGate(const CurveGate&) = delete;
    CurveGate& operator=(const CurveGate&) = delete;

    /// Connections refused so far.
    uint64_t refused() const { return refused_; }

private:
    void guard(zmq::context_t&, const Curve&, zmq::socket_ref);
    void run();
    void answer();
    bool is_peer(const std::vector<zmq::message_t>& request) const;

    const std::vector<CurveKey> peers_;
    std::vector<zmq::socket_ref> guarded_;
    zmq::socket_t stop_, stopped_, zap_; ///< the last two belong to the thread
    std::vector<zmq::socket_t> news_;    ///< of failed handshakes; of the thread
    std::atomic<uint64_t> refused_{0};
    std::thread thread_;
};

} // namespace depinsat::ports
