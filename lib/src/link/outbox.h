#pragma once

#include "depinsat/link/link.h"
#include "depinsat/link/wire.h"

#include <compare>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <unordered_map>
#include <utility>
#include <vector>

namespace depinsat::link {

/// A range of a message that travels in one packet.
struct Piece {
    MessageId message = 0;
    uint64_t wire_id = 0; ///< under which it was sent; a message that starts again gets another
    uint32_t offset = 0;
    uint32_t length = 0;
};

/// Messages to one peer until their outcome is known.
///
/// Every byte of a message is in one state: not sent yet, in flight (in exactly one packet),
/// lost (to be sent again), or acknowledged.
class Outbox
{
public:
    using Outcomes = std::vector<std::pair<MessageId, Outcome>>;

    /// Order on air: class, then deadline, then age.
    struct Rank {
        Class message_class;
        Time deadline;
        MessageId message;
        friend auto operator<=>(const Rank&, const Rank&) = default;
    };

    void add(MessageId, Message, Time deadline);

    /// Of the most urgent message that has something to send.
    std::optional<Rank> head() const;

    /// Takes the next piece of the most urgent message, with its header at most `room` bytes,
    /// and the segment that carries it (its bytes live until the next change of the box).
    /// @return nothing if no byte fits.
    std::optional<std::pair<Piece, Segment>> take(size_t room, bool& repeated);

    /// What became of a piece. @return the message if it is now delivered.
    std::optional<MessageId> acknowledged(const Piece&);
    void lost(const Piece&);
    void not_sent(const Piece&); ///< it never was on air

    void expire(Time now, Outcomes&);
    Time next_deadline() const;

    /// The peer forgot the beginning of a message.
    void restart(uint32_t low_wire_id);

    /// Another run of the peer's program: what was on air before has an unknown fate.
    void peer_restarted(Outcomes&);

    size_t bytes() const { return bytes_; }

private:
    struct Entry {
        Message message;
        Time deadline;
        std::optional<uint64_t> wire_id;                 ///< from the first piece on
        uint32_t next = 0;                               ///< first byte that was never sent
        std::vector<std::pair<uint32_t, uint32_t>> lost; ///< offset and length
        unsigned in_flight = 0;                          ///< pieces
        unsigned exposures = 0;                          ///< pieces that may have been on air

        bool all_taken() const
        {
            return wire_id && next == message.bytes.size() && lost.empty();
        }
    };
    using Entries = std::unordered_map<MessageId, Entry>;

    static Rank rank_of(MessageId, const Entry&);
    Entries::iterator find(const Piece&);
    std::optional<std::pair<uint32_t, uint32_t>> next_range(const Entry&, size_t room) const;
    void start_again(Entry&);
    void remove(Entries::iterator);
    bool may_start() const;

    Entries entries_;
    std::set<Rank> ready_; ///< messages that have something to send
    std::set<std::pair<Time, MessageId>> deadlines_;
    std::map<uint64_t, MessageId> on_wire_;
    uint64_t next_wire_id_ = 0;
    size_t bytes_ = 0;
};

/// What a message counts against the queue's limit, so that empty ones are not free.
inline size_t queued_bytes(const Message& message)
{
    return message.bytes.size() + 256;
}

} // namespace depinsat::link
