// What a peer keeps beyond the end of the program.
#include "peer.h"

#include <algorithm>

namespace depinsat::link {

// A wall's clock that shows less than when the message was taken was wrong then or is now: it
// has at most the time that it was given.
void Peer::go_on()
{
    const LinkConfig& config = context_.config;
    for (auto& entry : journal_.outgoing()) {
        const Time left =
            std::min(entry.deadline - config.wall_started, entry.deadline - entry.accepted);
        const Time deadline = config.started + left;
        outbox_.add(entry.id, std::move(entry.message), deadline, deadline - context_.transit(),
                    true);
        context_.last_id = std::max(context_.last_id, entry.id);
    }
    for (Message& message : journal_.untaken())
        context_.events.push_back(MessageEvent{key_, std::move(message)});
}

MessageId Peer::add(Message message, Time now, Time deadline)
{
    const MessageId id = ++context_.last_id;
    if (message.key) {
        deadline = std::min<Time>(deadline, now + kMaxKeyedLife);
        journal_.accept({id, message, context_.wall_time(now), context_.wall_time(deadline)});
    }
    outbox_.add(id, std::move(message), deadline, deadline - context_.transit());
    ++context_.stats.messages_sent;
    return id;
}

size_t Peer::drop(const MessageKey& key)
{
    size_t dropped = journal_.taken(key);
    for (const MessageId id : journal_.outgoing_with(key)) {
        const auto outcome = outbox_.drop(id);
        ended(id, outcome.value_or(Outcome::kUnknown));
        ++dropped;
    }
    return dropped;
}

} // namespace depinsat::link
