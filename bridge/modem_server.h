#pragma once

#include "bridge/link_driver.h"
#include "bridge/modcod_chooser.h"
#include "bridge/modem_clock.h"
#include "bridge/socket_lock.h"
#include "bridge/zmq_socket.h"

#include "config/station.h"
#include "ports/curve_gate.h"
#include "ports/modem_port.h"

#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace depinsat::bridge {

/// Frames between this daemon and its modem.
struct FrameCounters {
    uint64_t filled = 0;   ///< answered with a data field
    uint64_t sent = 0;     ///< of these, reported on air
    uint64_t late = 0;     ///< of these, reported late or never reported
    uint64_t received = 0; ///< with a data field
    uint64_t failed = 0;   ///< reported without one
    uint64_t foreign = 0;  ///< of those received, of another stream (ISI, stream type)
};

/// What the station has of CURVE, for each path; nothing without modem.curve_key_file.
/// @throws std::runtime_error naming the key file if it cannot be had.
using Curves = std::vector<std::optional<ports::Curve>>;
Curves load_curves(const config::Station&);

/// The daemon's end of the modem port of one path.
///
/// Asks are answered at once, from the link. A filled frame that is not reported within 2 s of
/// its time, or whose modem is replaced by a new one, is filled again, though it may have been
/// on air: either side may restart at any time.
class ModemServer
{
public:
    /// Makes the directory of the endpoints, binds tx and rx and connects telemetry; nothing is
    /// read before start().
    /// @param station, link  outlive the server.
    /// @param path   which of the station's it is.
    /// @param curve  with it only its peers may connect, to whom all is encrypted.
    /// @throws std::runtime_error naming the endpoint if it cannot be had.
    ModemServer(asio::io_context&,
                zmq::context_t&,
                const config::Station& station,
                unsigned path,
                LinkDriver& link,
                const std::optional<ports::Curve>& curve);
    void start();

    /// Connections of strangers that were refused; nothing without CURVE.
    std::optional<uint64_t> refused() const
    {
        return gate_ ? std::optional(gate_->refused()) : std::nullopt;
    }
    const config::Path& path() const { return path_; }
    unsigned number() const { return number_; }
    const FrameCounters& frames() const { return frames_; }

    /// With a data field, by the name of their MODCOD.
    const std::map<std::string, uint64_t, std::less<>>& filled_by_modcod() const
    {
        return filled_by_modcod_;
    }
    const ModcodChooser& modcods() const { return modcods_; }
    const std::optional<ports::Telemetry>& telemetry() const { return telemetry_; }
    link::Time telemetry_time() const { return telemetry_time_; }

private:
    /// A filled frame, by the modem's number; the link has a number of its own for it, as the
    /// modem begins again when it restarts.
    struct Pending {
        uint64_t link_sequence;
        link::Time give_up;
    };

    void on_tx(ZmqSocket::Parts&);
    void on_rx(ZmqSocket::Parts&);
    bool is_ours(const ports::RxFrame&) const;
    void on_telemetry(ZmqSocket::Parts&);
    void answer(const ports::Ask&);
    bool fits(const ports::Ask&, double ahead_s, const framing::Modcod&) const;
    void fill(ports::Answer&, const framing::Modcod&, double ahead_s);
    void send(const ports::Answer&);
    void take(const ports::Report&);
    bool meet(const std::string& modem);
    using Frames = std::map<uint64_t, Pending>;
    void not_sent(Frames::iterator);
    void not_reported(Frames::iterator);
    void sweep();
    void note_malformed(const char* socket);
    void note_strangers();

    const config::Path& path_;
    const unsigned number_; ///< of the path
    LinkDriver& link_;
    ModcodChooser modcods_;
    std::map<std::string, uint64_t, std::less<>> filled_by_modcod_;
    asio::steady_timer sweep_timer_;
    SocketLock tx_lock_, rx_lock_;
    ZmqSocket tx_, rx_, telemetry_socket_;
    std::optional<ports::CurveGate> gate_; ///< ends before the sockets
    uint64_t strangers_ = 0;               ///< of gate_, as last logged
    ModemClock clock_;
    std::string modem_; ///< ZeroMQ's identity of the one that is answered
    link::Time heard_at_{};
    std::deque<std::string> replaced_; ///< before it, oldest first
    Frames pending_;
    uint64_t next_link_sequence_ = 0;
    FrameCounters frames_;
    uint64_t malformed_ = 0;
    std::optional<ports::Telemetry> telemetry_;
    link::Time telemetry_time_{};
};

} // namespace depinsat::bridge
