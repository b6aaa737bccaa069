// What the user hands over, and what it says of messages later.
#include "link_impl.h"

#include <algorithm>

namespace depinsat::link {
MessageId
Link::send(const PublicKey& key, Message message, Time now, Time deadline, Refusal* why)
{
    Impl& impl = *impl_;
    Peer* peer = impl.find(key);
    const size_t key_bytes = message.key ? message.key->size() : 0;
    Refusal refusal = Refusal::kNone;
    if (!peer)
        refusal = Refusal::kStranger;
    else if (message.bytes.size() + key_bytes > kMaxMessageBytes)
        refusal = Refusal::kTooLong;
    else if (peer->outbox().bytes() + queued_bytes(message) + key_bytes >
             impl.context.config.max_queued_bytes)
        refusal = Refusal::kQueueFull;
    else if (impl.too_late(*peer, message, now, deadline))
        refusal = Refusal::kTooLate;
    else if (message.key && !peer->journal_has_room_for(message))
        refusal = Refusal::kJournalFull;
    if (why)
        *why = refusal;
    if (refusal != Refusal::kNone) {
        ++impl.context.stats.messages_refused;
        return 0;
    }
    const MessageId id = peer->add(std::move(message), now, deadline);
    impl.touch(*peer);
    return id;
}

size_t Link::drop(const MessageKey& message)
{
    size_t dropped = 0;
    for (const auto& [key, peer] : impl_->peers)
        dropped += peer->drop(message);
    impl_->tell();
    return dropped;
}

void Link::taken(const PublicKey& key, const MessageKey& message)
{
    if (Peer* peer = impl_->find(key))
        peer->taken(message);
}

} // namespace depinsat::link
