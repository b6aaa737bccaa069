#pragma once

#include "reception.h"
#include "sent_log.h"
#include "timetable.h"

#include <cstdint>
#include <optional>

namespace depinsat::link {

/// The longest time for which a user says nothing to a gateway that is up.
inline constexpr std::chrono::seconds kLongestQuiet{64};

/// The longest for which it asks for no sign of life, whatever the gateway says of its own.
inline constexpr std::chrono::seconds kLongestUnasked{128};

/// Times that follow from a path.
struct Timing {
    /// @param keep_alive  as of LinkConfig.
    Timing(const PathConfig&, std::chrono::milliseconds keep_alive);
    Time delay, frame; ///< one way; of the longest frame
    Time repeat;       ///< first time-out of a packet
    Time margin;       ///< of a time-out above the measured round trip
    Time probe;        ///< a peer that owes an answer is asked again so often
    Time keep_alive;   ///< an opener asks for a sign of life after this; doubled while all is
                       ///< quiet
    Time silence;      ///< a peer that owes an answer for so long is down
    Time transit;      ///< what is filled now has arrived after this
};

/// One path to one peer: what is in flight on it, and whether it carries.
struct Lane {
    Lane(const Timing& timing, unsigned reorder_packets)
        : log({timing.repeat, timing.margin}, reorder_packets)
    {}

    /// Packets are overdue: others go elsewhere, if there is elsewhere.
    bool doubtful() const { return log.probes() > 0; }

    bool open() const { return closes != Time::min(); }

    /// Another session: nothing is owed of the one before.
    void begin_session()
    {
        quiet = attempts = 0;
        told = false;
        telling = {};
        latest_reception.reset();
        latest_taken.reset();
        latest.reset();
        latest_arrived = false;
        promised = kLongestQuiet;
        unanswered_since.reset();
        opening_due = false;
    }

    SentLog log;
    Timetable contacts;         ///< of the path with the peer
    Time closes = Time::max();  ///< the contact that lasts; Time::min(): there is none
    Time changes = Time::max(); ///< the contacts are to be looked at again
    bool up = false;
    bool proven = false;  ///< something sent on it was acknowledged since it came up
    bool refuted = false; ///< it fell silent; what is heard on it proves nothing any more
    bool told = false;    ///< acknowledgements went on it since the last packet came
    Time last_heard{}, last_asked{};
    std::optional<uint32_t> latest; ///< counter of the packet that was sent last
    bool latest_arrived = false;
    Time both_ways{}; ///< the peer was heard, and the latest packet had arrived
    std::optional<Time> unanswered_since; ///< asked, and nothing heard since
    unsigned quiet = 0;    ///< signs of life asked for since there was a segment either way
    unsigned attempts = 0; ///< signs of life asked for while it was not proven
    Time promised = kLongestQuiet; ///< by the opener: its next sign of life
    bool ping_wanted = false;
    bool opening_due = false;                 ///< handshake 1 is to go on it
    Telling telling;                          ///< of how this station hears
    std::optional<uint32_t> latest_reception; ///< counter of the packet that held it
    std::optional<uint32_t> latest_taken;     ///< since the last acknowledgement
};

} // namespace depinsat::link
