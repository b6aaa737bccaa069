#pragma once

#include "depinsat/link/wire.h"
#include "outbox.h"

#include <map>
#include <optional>
#include <vector>

namespace depinsat::link {

/// Packets this much earlier than the latest acknowledged one are lost if not acknowledged.
inline constexpr uint32_t kReorderMargin = 4;

/// Fewer than the peer's replay window and its acknowledgements can span.
inline constexpr size_t kMaxInFlight = kReplayWindow / 2;

/// If the modem reports nothing about a frame its packets count as sent after this.
inline constexpr std::chrono::milliseconds kReportGrace{500};

/// A data packet that left and is neither acknowledged nor given up.
struct SentPacket {
    bool wants_ack = false;               ///< holds more than acknowledgements
    std::optional<uint32_t> acknowledged; ///< largest counter that it acknowledges
    std::vector<Piece> pieces;
    Time since{}; ///< when it went on air, or must have
};

/// Round-trip time as RFC 6298 smooths it.
class RoundTrip
{
public:
    explicit RoundTrip(Time initial) : timeout_(initial), least_(initial) {}
    void measured(Time sample);
    Time timeout() const { return timeout_; } ///< never below the initial one

private:
    Time timeout_, least_;
    std::optional<Time> smoothed_;
    Time variation_{};
};

/// Packets in flight in one session.
class SentLog
{
public:
    explicit SentLog(Time initial_timeout) : round_trip_(initial_timeout) {}

    void add(uint32_t counter, SentPacket packet)
    {
        in_flight_.emplace(counter, std::move(packet));
    }
    void sent(uint32_t counter, Time now);
    std::optional<SentPacket> take(uint32_t counter); ///< out of the log

    /// @return packets that are newly acknowledged.
    std::vector<SentPacket> acknowledge(const Ack&, Time now);

    /// @return packets that are given up: later ones arrived, or the time is over.
    std::vector<SentPacket> take_lost(Time now);

    /// A new session: everything is given up.
    std::vector<SentPacket> clear();

    Time next_timer() const;
    Time timeout() const { return round_trip_.timeout(); }
    bool full() const { return in_flight_.size() >= kMaxInFlight; }

private:
    void keep_late(uint32_t counter, Time since);

    std::map<uint32_t, SentPacket> in_flight_;
    std::map<uint32_t, Time> late_; ///< given up; if acknowledged yet they tell the round trip
    uint64_t acknowledged_end_ = 0; ///< one more than the largest acknowledged
    RoundTrip round_trip_;
};

} // namespace depinsat::link
