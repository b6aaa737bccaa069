#pragma once

#include "depinsat/link/link.h"
#include "depinsat/link/wire.h"

#include <array>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <unordered_map>
#include <utility>
#include <vector>

namespace depinsat::link {

class PeerClock;

/// A range of a message that travels in one packet.
struct Piece {
    MessageId message = 0;
    uint64_t wire_id = 0; ///< under which it was sent; a message that starts again gets another
    uint32_t offset = 0;
    uint32_t length = 0;
    bool fresh = false; ///< it was never on air before
};

/// How a message is sent more than once before anything is known of its fate.
struct Copies {
    unsigned count = 1; ///< altogether
    Time apart{};
    bool elsewhere = false; ///< at once, but on another path, which has `apart` to take it
};

/// Messages to one peer until their outcome is known.
///
/// Every byte of a message is in one state: not sent yet, in flight (in exactly one packet, but
/// for copies of short messages), lost (to be sent again), or acknowledged.
class Outbox
{
public:
    using Outcomes = std::vector<std::pair<MessageId, Outcome>>;

    /// @param last_chance  what is filled later than this arrives after the deadline.
    /// @param exposed      an earlier run of this program may have sent it.
    void add(MessageId, Message, Time deadline, Time last_chance, bool exposed = false);

    /// Ends a message at once. @return its outcome; nothing if there is none of that id.
    std::optional<Outcome> drop(MessageId);

    /// Where there are several paths: what follows is for a frame of this one.
    /// @param transit  what is filled now has arrived after this.
    void fill_on(unsigned path, Time now, Time transit);

    /// Leaves the message that head() names to another path, until fill_on().
    void withhold(Class c) { ++withheld_[size_t(c)]; }
    size_t waiting_at_head(Class) const;

    /// The earliest deadline of the class among messages that have something to send now.
    std::optional<Time> head(Class) const;
    bool ready() const;

    struct Taken {
        Piece piece;
        Segment segment; ///< its bytes live until the message is removed
    };
    /// Takes the next piece of the message of that class that head() names, with its header at
    /// most `room` bytes.
    /// @param copies  if the piece is a whole message.
    /// @param clock   tells the deadline in link time.
    /// @return nothing if no byte fits.
    std::optional<Taken>
    take(Class, size_t room, Time now, Copies copies, const PeerClock& clock);

    /// What became of a piece. @return the message if it is now done.
    std::optional<MessageId> acknowledged(const Piece&);
    void lost(const Piece&);
    void not_sent(const Piece&); ///< it never was on air

    /// Ends messages that come too late.
    /// @param grace  so long after its deadline an acknowledgement is waited for.
    void expire(Time now, Time grace, Outcomes&);

    /// Further copies that are due may be taken.
    void release_copies(Time now);

    Time next_timer() const;

    /// The peer forgot the beginning of a message.
    void restart(uint32_t low_wire_id);

    /// The peer dropped a message, since it came too late. @return what has ended.
    std::optional<std::pair<MessageId, Outcome>> late(uint32_t low_wire_id);

    /// Another run of the peer's program: what was on air before has an unknown fate, unless it
    /// has a key by which the peer knows it again.
    void peer_restarted(Outcomes&);

    /// Ends all messages: the peer is no longer listed.
    void end(Outcomes&);

    /// A wire id that the peer should be told: none below it will come any more.
    std::optional<uint64_t> skip() const;
    void skipped(uint64_t wire_id); ///< the peer knows

    size_t bytes() const { return bytes_; }

    /// Bytes that are to be sent of messages of the class, or of those with an earlier
    /// deadline.
    size_t waiting(Class c) const { return waiting_[size_t(c)]; }
    size_t waiting_before(Class, Time deadline) const;

private:
    struct Range {
        uint32_t offset, length;
        bool fresh;
    };
    struct Entry {
        Message message; ///< bytes begin with the key, if there is one
        bool keyed = false;
        Time deadline, due;              ///< due: when expire() looks at it
        std::optional<uint64_t> wire_id; ///< from the first piece on
        uint32_t next = 0;               ///< first byte that was never taken
        std::vector<Range> lost;
        size_t never_sent = 0; ///< bytes that were never on air; an empty message counts as one
        size_t waiting = 0;    ///< bytes to be sent
        unsigned in_flight = 0; ///< pieces
        bool closed = false;    ///< too late to send anything of it
        bool exposed = false;   ///< an earlier run of the peer, or sent by one of this program

        unsigned copies_left = 0;
        bool copy_due = false;
        bool copied = false; ///< it is or was in flight more than once
        bool whole = false;  ///< what is in flight are copies of all of it
        Time next_copy{}, apart{};
        unsigned last_path = 0; ///< of a copy
        Time elsewhere_until{}; ///< the next copy goes on another path

        uint32_t size() const { return uint32_t(message.bytes.size()); }
        bool all_taken() const { return wire_id && next == size() && lost.empty(); }
    };
    using Entries = std::unordered_map<MessageId, Entry>;
    using Place = std::pair<Time, MessageId>;

    Place place(MessageId, const Entry&) const;
    std::set<Place>& ready_of(const Entry&);
    void make_ready(MessageId, Entry&);
    const Place* head_place(Class) const;
    bool goes_here(const Place&) const;
    Entries::iterator find(const Piece&);
    Range next_range(const Entry&) const;
    std::optional<Range> fitting(const Entry&, Range, size_t room) const;
    std::map<uint64_t, MessageId>::iterator find_on_wire(uint32_t low_wire_id);
    void consume(Entry&, const Range&);
    void consume_copy(Entry&, const Range&);
    void plan_copy(MessageId, Entry&, Time now);
    void give_back(const Piece&, bool on_air);
    void set_due(MessageId, Entry&, Time);
    void cancel_copies(MessageId, Entry&);
    void wait(Entry&, size_t more, size_t less);
    Outcome outcome_of(const Entry&) const;
    void start_again(Entry&);
    void end(std::vector<MessageId>, Outcomes&);
    void remove(Entries::iterator);
    bool may_start() const;

    Entries entries_;
    std::array<std::set<Place>, kClasses> ready_; ///< messages that have something to send
    std::array<size_t, kClasses> waiting_{};
    std::set<Place> dues_, copies_;
    std::map<uint64_t, MessageId> on_wire_;
    uint64_t next_wire_id_ = 0;
    bool several_ = false; ///< paths
    unsigned path_ = 0;    ///< of the frame that is filled, as are these
    Time now_{}, transit_{};
    std::array<size_t, kClasses> withheld_{}; ///< messages at the head of ready_
    uint64_t known_end_ = 0; ///< the peer has seen an id just below, or was told of this one
    size_t bytes_ = 0;
};

/// What a message counts against the queue's limit, so that empty ones are not free.
inline size_t queued_bytes(const Message& message)
{
    return message.bytes.size() + 256;
}

} // namespace depinsat::link
