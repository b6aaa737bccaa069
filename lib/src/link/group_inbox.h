#pragma once

#include "group_window.h"
#include "object_inbox.h"

#include <deque>
#include <map>
#include <optional>
#include <vector>

namespace depinsat::link {

/// What one sender of a group may have us keep; the oldest make room.
inline constexpr size_t kMaxObjectBytes = size_t(8) << 20;
inline constexpr size_t kMaxObjects = 16;
inline constexpr size_t kMaxUndescribedBytes = size_t(512) << 10; ///< of one object
inline constexpr size_t kMaxSealedBytes = size_t(256) << 10; ///< packets whose run is not known

/// An object of which nothing came for so long is forgotten.
inline constexpr std::chrono::minutes kObjectLife{10};

/// What one sender says to a group.
///
/// Hostile  whoever lacks the group's key is found out by a MAC or a tag. Who has it can make
///          this station keep packets of symbols within the bounds above, and with each block
///          one counter, until a signed packet tells; descriptions, batches and messages are
///          taken from signed packets alone.
class GroupInbox
{
public:
    GroupInbox(const Key& group, const GroupSender& sender, Store& store);

    const GroupKeys& keys() const { return keys_; }
    const PublicKey& sender() const { return sender_.station; }
    const VerifyKey& verify_key() const { return sender_.verify_key; }

    /// Of the packets that this one brought to an end, or that waited for it.
    struct Taken {
        bool authentic = false;
        std::vector<Message> messages;
        size_t thrown_away = 0; ///< packets of symbols that the sender did not make
    };
    void receive(GroupHeader header, std::span<const uint8_t> packet, Time now, Taken&);

    void forget_stale(Time now);
    Time next_timer() const;
    size_t bytes() const { return bytes_ + sealed_bytes_; }

private:
    using Objects = std::map<uint16_t, ObjectInbox>;

    void receive_opening(std::span<const uint8_t> packet, Time now, Taken&);
    bool receive_data(GroupHeader header, std::span<const uint8_t> packet, Time now, Taken&);
    bool take_items(uint32_t counter, Time now, Taken&);
    bool is_signed(uint32_t counter) const;
    void take_signed(std::span<const uint8_t> items, Time now, Taken&);
    void take_message(const MessageItem&, Taken&);
    void take_object(const ObjectItem&, Time now, Taken&);
    void take_batch(const BatchItem&, Taken&);
    void take_symbols(const SymbolsItem&, uint32_t counter, Time now, Taken&);
    void decode(Objects::iterator, Taken&);
    void
    give_out(uint32_t first, Class, uint8_t kind, bool keyed, std::vector<uint8_t>, Taken&);
    void keep_sealed(std::span<const uint8_t> packet);
    ObjectInbox& object_of(uint16_t number, Time now);
    Objects::iterator forget(Objects::iterator);
    void make_room(uint16_t except);

    GroupSender sender_;
    GroupKeys keys_;
    GroupWindow window_;
    Key run_key_;
    Objects objects_;
    std::deque<uint16_t> given_; ///< numbers of the latest objects that were given out
    size_t bytes_ = 0;           ///< of all objects
    std::deque<std::vector<uint8_t>> sealed_;
    size_t sealed_bytes_ = 0;
    std::vector<uint8_t> items_; ///< of the packet being read
};

} // namespace depinsat::link
