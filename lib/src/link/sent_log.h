#pragma once

#include "depinsat/link/wire.h"
#include "outbox.h"

#include <map>
#include <optional>
#include <utility>
#include <vector>

namespace depinsat::link {

/// Fewer than the peer's replay window and its acknowledgements can span.
inline constexpr size_t kMaxInFlight = kReplayWindow / 2;

/// If the modem reports nothing about a frame its packets count as sent after this.
inline constexpr std::chrono::milliseconds kReportGrace{500};

/// A data packet that left and is neither acknowledged nor given up.
struct SentPacket {
    bool wants_ack = false;                     ///< holds more than acknowledgements
    std::optional<uint32_t> acknowledged;       ///< largest counter that it acknowledges
    std::optional<uint64_t> skipped;            ///< wire id that it tells
    bool asks_time = false, tells_wall = false; ///< of link time
    std::vector<Piece> pieces;
    Time since{}; ///< when it went on air, or must have
};

/// Round-trip time as RFC 6298 smooths it.
class RoundTrip
{
public:
    /// @param initial  until there is a measurement.
    /// @param margin   the least by which the time-out exceeds the smoothed time.
    RoundTrip(Time initial, Time margin) : timeout_(initial), margin_(margin) {}
    void measured(Time sample);
    Time timeout() const { return timeout_; }
    Time smoothed() const { return smoothed_.value_or(Time::zero()); }

private:
    Time timeout_, margin_;
    std::optional<Time> smoothed_;
    Time variation_{};
};

/// Share of the packets that are lost, of late.
class LossRate
{
public:
    void lost() { add(1); }
    void arrived() { add(0); }

    /// Before there is much to go by, one in a hundred.
    double share() const { return share_; }

private:
    void add(double sample)
    {
        constexpr double kWeight = 1.0 / 128;
        share_ += (sample - share_) * kWeight;
    }
    double share_ = 0.01;
};

/// Packets in flight in one session on one path.
class SentLog
{
public:
    SentLog(const RoundTrip& round_trip, unsigned reorder_packets)
        : reorder_packets_(reorder_packets), round_trip_(round_trip)
    {}

    void add(uint32_t counter, SentPacket packet)
    {
        in_flight_.emplace_hint(in_flight_.end(), counter, std::move(packet));
    }
    void sent(uint32_t counter, Time now);
    std::optional<SentPacket> take(uint32_t counter); ///< out of the log

    /// @return packets that are newly acknowledged.
    std::vector<SentPacket> acknowledge(const Ack&, Time now);

    /// Whether something that wanted an acknowledgement had one, be it late, since the last
    /// call. Then there is no doubt about the path.
    bool take_reached()
    {
        probes_ = reached_ ? 0 : probes_;
        return std::exchange(reached_, false);
    }

    /// @return packets that are given up: later ones arrived. Those that wanted no
    /// acknowledgement are dropped.
    std::vector<SentPacket> take_lost();

    /// The tail: if nothing is acknowledged for the time-out, doubled each time.
    /// @return the oldest packets that want an acknowledgement, to be sent again as probes.
    /// @param all  all that are overdue, since there is another path for them.
    ///             Then the time-out is not doubled.
    std::vector<SentPacket> take_probes(Time now, bool all = false);

    /// A new session: everything is given up.
    std::vector<SentPacket> clear();

    Time next_timer(bool all = false) const; ///< of take_probes()
    Time timeout() const { return round_trip_.timeout(); }
    Time round_trip() const { return round_trip_.smoothed(); }
    unsigned probes() const { return probes_; } ///< time-outs since the last acknowledgement
    size_t in_flight() const { return in_flight_.size(); }
    double loss() const { return loss_.share(); }

private:
    void keep_late(uint32_t counter, Time since);

    unsigned reorder_packets_;
    std::map<uint32_t, SentPacket> in_flight_;
    std::map<uint32_t, Time> late_; ///< given up; if acknowledged yet they tell the round trip
    uint64_t acknowledged_end_ = 0; ///< one more than the largest acknowledged
    RoundTrip round_trip_;
    LossRate loss_;
    bool reached_ = false;
    unsigned probes_ = 0; ///< since the last acknowledgement
    Time progress_{};     ///< last acknowledgement or probe
};

} // namespace depinsat::link
