// Groups, as the user of the link sees them.
#include "link_impl.h"

#include <utility>

namespace depinsat::link {

void Link::join(const Group& group)
{
    impl_->groups.join(group);
    impl_->tell();
}

void Link::leave(GroupId id)
{
    impl_->groups.leave(id);
    impl_->tell();
}

MessageId Link::send_group(GroupId id, Message message, Time now, Time deadline, Refusal* why)
{
    Impl& impl = *impl_;
    GroupOutbox* outbox = impl.groups.outbox(id);
    const size_t key_bytes = message.key ? message.key->size() : 0;
    Refusal refusal = Refusal::kNone;
    if (!outbox)
        refusal = Refusal::kStranger;
    else if (message.bytes.size() + key_bytes > kMaxMessageBytes)
        refusal = Refusal::kTooLong;
    else if (outbox->bytes() + queued_bytes(message) + key_bytes >
             impl.context.config.max_queued_bytes)
        refusal = Refusal::kQueueFull;
    else if (deadline - now < impl.context.transit())
        refusal = Refusal::kTooLate;
    if (why)
        *why = refusal;
    if (refusal != Refusal::kNone) {
        ++impl.context.stats.messages_refused;
        return 0;
    }
    outbox->add(++impl.context.last_id, std::move(message), deadline,
                deadline - impl.context.transit());
    ++impl.context.stats.messages_sent;
    return impl.context.last_id;
}

} // namespace depinsat::link
