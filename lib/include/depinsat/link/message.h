#pragma once

#include "depinsat/link/keys.h"

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <vector>

namespace depinsat::link {

/// Monotonic time since any origin; the link has no clock of its own.
using Time = std::chrono::nanoseconds;

/// What a message is for, the most urgent first.
enum class Class : uint8_t {
    kControl,     ///< of the stations themselves
    kDuty,        ///< of validators: attestations, proposals
    kTransaction, ///< signed, to be delivered
    kInteractive, ///< somebody waits for the answer
    kBlock,       ///< of a chain
    kBulk,        ///< whenever there is room
};
inline constexpr size_t kClasses = 6;

/// By which a message is known wherever it comes from, such as the hash of a transaction.
using MessageKey = std::array<uint8_t, 32>;

/// What the user of the link hands over and gets back: bytes whose meaning is the bridge's.
struct Message {
    Class message_class = Class::kInteractive;
    uint8_t kind = 0;           ///< the bridge's own: which protocol, request or answer
    std::vector<uint8_t> bytes; ///< at most kMaxMessageBytes (link/wire.h), key included

    /// If there is one, the message is delivered exactly once: it is in the store until it
    /// ends, goes on after a restart of either program, and the peer drops what has a key that
    /// it knows. All others go to one run of the peer's program at most.
    std::optional<MessageKey> key{};
    bool reliable = true; ///< what was lost is sent again; not told to the receiver

    /// Of a received message, in this station's time; none if the sender told none, or link
    /// time is not known.
    std::optional<Time> deadline{};
};

using MessageId = uint64_t;

/// The user's own number of a group (link/group.h).
using GroupId = uint16_t;

/// What became of a message: done (acknowledged by the peer, whose user has it), not done (it
/// never was on air as a whole, so the peer's user will never have it), or unknown (all of it
/// was on air, but its deadline, or a new run of the peer's program, came before the
/// acknowledgement).
enum class Outcome : uint8_t { kDone, kNotDone, kUnknown };

/// Why a message was not taken.
enum class Refusal : uint8_t {
    kNone,
    kStranger,    ///< the peer is not listed, or this station sends to no such group
    kTooLong,     ///< beyond kMaxMessageBytes
    kQueueFull,   ///< too much waits for this peer
    kJournalFull, ///< too many keyed messages wait, for all peers together
    kTooLate,     ///< it cannot arrive before its deadline, with what waits in front of it
};

/// What the link tells its user. Called at the end of the link's own calls; an implementation
/// may call send() and taken() but nothing else from there.
class LinkEvents
{
public:
    virtual ~LinkEvents() = default;

    /// A message with a key comes again after each start until taken() is told.
    virtual void on_message(const PublicKey& peer, const Message&) = 0;
    virtual void on_outcome(MessageId, Outcome) = 0;
    virtual void on_peer(const PublicKey& peer, bool up) = 0;

    /// The peer says at what Es/N0 it hears this station on a path.
    virtual void on_reception(const PublicKey& /*peer*/, double /*es_n0_db*/, unsigned /*path*/)
    {}

    /// A path begins or ceases to carry what is sent to the peer; told only where there are
    /// several.
    virtual void on_path(const PublicKey& /*peer*/, unsigned /*path*/, bool /*up*/) {}

    /// A sender of a group says this to all of its members.
    virtual void on_group_message(GroupId, const PublicKey& /*sender*/, const Message&) {}
};

} // namespace depinsat::link
