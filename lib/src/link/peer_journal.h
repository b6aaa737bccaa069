#pragma once

#include "depinsat/link/link.h"
#include "key_memory.h"

#include <map>
#include <unordered_map>
#include <vector>

namespace depinsat::link {

/// A keyed message ends no later than so long after it was taken; the receiver knows its key
/// for longer, as long as it is among the latest of the peer.
inline constexpr std::chrono::hours kMaxKeyedLife{45 * 24};
inline constexpr std::chrono::hours kKnownKeyLife{60 * 24};

/// What one peer may have us keep of messages that the user has not taken, at most; see
/// PeerJournal::full().
inline constexpr size_t kMaxUntakenBytes = size_t(16) << 20;

/// What the journals of all peers of a link share.
struct JournalUse {
    size_t limit = 0;    ///< bytes, half for either direction
    size_t outgoing = 0; ///< bytes in use
    size_t peers = 0;
};

/// The keyed messages of one peer, in the store: those to it that have not ended, those from it
/// that the user has not taken; and the keys of those that were delivered. docs/protocol.md has
/// the bytes of the records. Times are the wall's, in nanoseconds since 1970.
class PeerJournal
{
public:
    /// Reads what earlier runs left.
    /// @throws std::runtime_error if a record makes no sense.
    PeerJournal(const PublicKey& peer, Store&, JournalUse&);
    ~PeerJournal();
    PeerJournal(const PeerJournal&) = delete;

    struct Outgoing {
        MessageId id = 0;
        Message message; ///< with its key
        Time accepted{}, deadline{};
    };
    /// In the order of their ids.
    std::vector<Outgoing> outgoing() const;

    std::vector<MessageId> outgoing_with(const MessageKey&) const;

    /// In the order of their arrival.
    std::vector<Message> untaken() const;

    bool has_room_for(const Message&) const; ///< to send
    void accept(const Outgoing&);
    void ended(MessageId); ///< of any message

    /// Nothing more is to be taken from this peer: it used its part of the journal.
    bool full() const;

    /// @return false if the key is known, that is, was delivered before.
    bool arrived(const Message&, Time wall);
    bool taken(const MessageKey&); ///< false if there is none

    /// Of stations that are not listed any more: erases what has ended since.
    static void
    forget_unlisted(Store&, Time wall, const std::function<bool(const PublicKey&)>& is_listed);

    /// The wall's clock was set: times of messages that wait follow.
    void shift(Time by);

private:
    Store::Bytes record(std::span<const uint8_t> rest) const;
    Store::Bytes record(MessageId) const;
    void load_known_keys();

    PublicKey peer_;
    Store& store_;
    JournalUse& use_;
    struct Sending {
        MessageKey key;
        size_t bytes;
    };
    std::unordered_map<MessageId, Sending> outgoing_;
    std::map<MessageKey, size_t> untaken_; ///< bytes
    size_t untaken_bytes_ = 0;
    KeyMemory known_keys_;
};

} // namespace depinsat::link
