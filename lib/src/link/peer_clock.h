#pragma once

#include "depinsat/link/link.h"
#include "depinsat/link/wire.h"

#include <deque>
#include <optional>

namespace depinsat::link {

/// Units of link time (2^-14 s), rounded down.
int64_t link_units(Time);
Time time_of_units(int64_t units);

/// A bound of an error in one byte: 0 is none, then eighths of an octave from one unit on,
/// rounded up; what is not known is 255.
uint8_t error_byte(std::optional<Time>);
std::optional<Time> error_of_byte(uint8_t);

/// This station's wall clock.
struct WallClock {
    std::optional<Time> offset{}; ///< Unix time less the time of the link
    std::optional<Time> error{};  ///< none: nobody sets it right
};

/// What is known of a peer's clocks.
///
/// Link time is the clock of the station that answers. The one that opens asks for it and takes
/// the middle of the round trip (as NTP does, RFC 5905); it keeps the sample with the least
/// error, which grows as clocks drift.
class PeerClock
{
public:
    /// @param keeps      link time is this station's own clock.
    /// @param asymmetry  one direction takes so much longer than the other at most.
    PeerClock(bool keeps, Time asymmetry) : keeps_(keeps), asymmetry_(asymmetry) {}

    /// A session with another run of the peer's program: another clock, perhaps.
    void reset() { *this = PeerClock(keeps_, asymmetry_); }

    struct Saying {
        Time now, frame_ends; ///< the latter of the frame that is filled
        bool wants_ack;       ///< the packet is answered anyway
        bool busy;            ///< there are segments of late
    };
    /// What is worth saying in a packet that goes now.
    std::optional<LinkTime> say(const WallClock&, const Saying&) const;

    /// It was written, ...
    void said(const LinkTime&, const WallClock&, Time now);
    /// ... a question in this packet, on a path of this one-way delay, ...
    void asked(uint32_t counter, Time delay) { question_ = Question{counter, delay, {}}; }
    /// ... whose frame, with its last symbol, has left then.
    void left(uint32_t counter, Time at);
    /// The peer did not get what was told of the wall clock.
    void untold() { told_.reset(); }

    struct Arrival {
        Time now, delay; ///< delay: one way, of the path it came on
    };
    void take(const LinkTime&, uint32_t counter, const Arrival&);

    struct Estimate {
        Time offset, error, age; ///< offset: link time less the time of this station
    };
    std::optional<Estimate> estimate(Time now) const;

    /// Error of the peer's own estimate, as it told.
    std::optional<Time> peer_error() const { return peer_error_; }

    struct PeerWall {
        Time offset;               ///< Unix time there less the time of this station
        Time error;                ///< of the comparison
        std::optional<Time> bound; ///< of that clock's own error, as the peer says
    };
    std::optional<PeerWall> wall(Time now) const;

    /// @return nothing if link time is not known well, or the deadline is far.
    std::optional<uint32_t> deadline_on_wire(Time deadline, Time now) const;
    std::optional<Time> deadline_of(uint32_t on_wire, Time now) const;

private:
    struct Question {
        uint32_t counter;
        Time delay;
        std::optional<Time> left;
    };
    struct Asked {
        uint32_t counter;
        Time at;
    };
    struct Sample {
        Time offset, error, at;
    };
    struct Told {
        WallClock wall;
        Time at;
    };
    bool worth_asking(const Saying&) const;
    bool worth_telling(const WallClock&, Time now) const;
    std::optional<Time> local_time(uint32_t stamp, Time now) const;
    void take_echo(const LinkTime::Stamp&, const LinkTime::Echo&, const Arrival&);
    Time error_at(Time now) const;

    bool keeps_;
    Time asymmetry_;
    std::optional<Question> question_;
    std::optional<Asked> to_answer_;
    std::optional<Time> asked_at_, stamped_at_;
    unsigned samples_ = 0;
    std::deque<Time> excess_; ///< of the latest round trips, less delays and what the peer held
    std::optional<Sample> best_;
    std::optional<Time> peer_error_;
    std::optional<PeerWall> wall_;
    Time wall_at_{};
    std::optional<Told> told_;
};

} // namespace depinsat::link
