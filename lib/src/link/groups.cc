#include "groups.h"

#include <algorithm>
#include <set>
#include <stdexcept>
#include <utility>

namespace depinsat::link {
namespace {

constexpr double kMaxPlannedLoss = 0.5;

void check(const Group& group, const KeyPair& own)
{
    if (group.keys.empty())
        throw std::invalid_argument("group: it has no key");
    for (size_t i = 0; i < group.keys.size(); ++i)
        if (std::count(group.keys.begin(), group.keys.end(), group.keys[i]) > 1)
            throw std::invalid_argument("group: a key is listed twice");
    if (!(group.loss >= 0 && group.loss <= kMaxPlannedLoss))
        throw std::invalid_argument("group: loss is beyond 0 to 0.5");
    std::set<PublicKey> senders;
    for (const GroupSender& sender : group.senders)
        if (sender.station == own.public_key || !senders.insert(sender.station).second)
            throw std::invalid_argument("group: a sender is listed twice, or this station");
    if (!group.sends && group.senders.empty())
        throw std::invalid_argument("group: nobody sends");
}

} // namespace

void Groups::join(const Group& group)
{
    check(group, context_.identity.keys);
    Member before;
    if (auto node = members_.extract(group.id); !node.empty())
        before = std::move(node.mapped());
    Member& member = members_[group.id];
    member.settings = group;
    if (group.sends)
        make_outbox(member, before);
    if (before.outbox)
        end(*before.outbox);
    make_inboxes(member, before);
    list_numbers();
}

void Groups::leave(GroupId id)
{
    const auto node = members_.extract(id);
    if (!node.empty() && node.mapped().outbox)
        end(*node.mapped().outbox);
    list_numbers();
}

// With the same key its run goes on.
void Groups::make_outbox(Member& member, Member& before)
{
    const LinkConfig& config = context_.config;
    const GroupOutbox::Settings settings{
        member.settings.loss, std::max<Time>(config.max_frame_time, config.one_way_delay / 2),
        member.settings.least_run};
    member.outbox = std::make_unique<GroupOutbox>(settings, member.settings.keys.front(),
                                                  context_.identity.keys, context_.store);
    if (before.outbox && before.outbox->keys().name() == member.outbox->keys().name()) {
        before.outbox->set(settings);
        member.outbox = std::move(before.outbox);
    }
}

void Groups::make_inboxes(Member& member, Member& before)
{
    for (const Key& key : member.settings.keys)
        for (const GroupSender& sender : member.settings.senders) {
            auto inbox = std::make_unique<GroupInbox>(key, sender, context_.store);
            for (auto& old : before.inboxes)
                if (old && old->keys().name() == inbox->keys().name() &&
                    old->verify_key() == sender.verify_key)
                    inbox = std::move(old);
            member.inboxes.push_back(std::move(inbox));
        }
}

void Groups::list_numbers()
{
    by_number_.clear();
    for (const auto& [id, member] : members_)
        for (const auto& inbox : member.inboxes)
            by_number_.emplace(inbox->keys().number(), std::pair(id, inbox.get()));
}

GroupOutbox* Groups::outbox(GroupId id)
{
    const auto it = members_.find(id);
    return it == members_.end() ? nullptr : it->second.outbox.get();
}

std::vector<SchedulerSource*> Groups::ready()
{
    std::vector<SchedulerSource*> all;
    for (const auto& [id, member] : members_)
        if (member.outbox && member.outbox->ready())
            all.push_back(member.outbox.get());
    return all;
}

bool Groups::anything_to_send()
{
    return std::ranges::any_of(members_, [](const auto& member) {
        return member.second.outbox && member.second.outbox->ready();
    });
}

// Numbers are drawn from 8192, so that two senders may have the same one: whoever can open it.
bool Groups::receive(uint16_t number, std::span<const uint8_t> packet, Time now)
{
    const auto header = read_group_header(packet);
    const auto [begin, end] = by_number_.equal_range(number);
    if (begin == end && header) {
        ++context_.stats.foreign_packets;
        return false;
    }
    GroupInbox::Taken taken;
    for (auto it = begin; header && it != end && !taken.authentic; ++it) {
        const auto& [id, inbox] = it->second;
        inbox->receive(*header, packet, now, taken);
        for (Message& message : std::exchange(taken.messages, {}))
            context_.events.push_back(
                GroupMessageEvent{id, inbox->sender(), std::move(message)});
    }
    context_.stats.forged_packets += taken.thrown_away;
    context_.stats.rejected_packets += !taken.authentic;
    return taken.authentic;
}

bool Groups::has(const GroupOutbox* outbox) const
{
    return std::ranges::any_of(members_, [outbox](const auto& member) {
        return member.second.outbox.get() == outbox;
    });
}

void Groups::sent(GroupOutbox* outbox, const GroupOutbox::Written& written)
{
    GroupOutbox::Outcomes outcomes;
    if (has(outbox)) // else it was left meanwhile
        outbox->sent(written, outcomes);
    report(outcomes);
}

void Groups::not_sent(GroupOutbox* outbox, const GroupOutbox::Written& written)
{
    if (has(outbox))
        outbox->not_sent(written);
}

void Groups::report(const GroupOutbox::Outcomes& outcomes)
{
    for (const auto& [id, outcome] : outcomes)
        context_.events.push_back(OutcomeEvent{id, outcome});
}

void Groups::end(GroupOutbox& outbox)
{
    GroupOutbox::Outcomes outcomes;
    outbox.expire(Time::max(), outcomes);
    report(outcomes);
}

void Groups::run_timers(Time now)
{
    for (const auto& [id, member] : members_) {
        if (member.outbox) {
            GroupOutbox::Outcomes outcomes;
            member.outbox->release_copies(now);
            member.outbox->expire(now, outcomes);
            report(outcomes);
        }
        for (const auto& inbox : member.inboxes)
            inbox->forget_stale(now);
    }
}

Time Groups::next_timer() const
{
    Time next = Time::max();
    for (const auto& [id, member] : members_) {
        if (member.outbox)
            next = std::min(next, member.outbox->next_timer());
        for (const auto& inbox : member.inboxes)
            next = std::min(next, inbox->next_timer());
    }
    return next;
}

} // namespace depinsat::link
