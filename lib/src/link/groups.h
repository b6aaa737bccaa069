#pragma once

#include "group_inbox.h"
#include "group_outbox.h"
#include "peer.h"

#include <map>
#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

namespace depinsat::link {

/// All groups of a station.
class Groups
{
public:
    explicit Groups(Context& context) : context_(context) {}

    void join(const Group&);
    void leave(GroupId);

    /// Of a group that this station sends to.
    GroupOutbox* outbox(GroupId);

    std::vector<SchedulerSource*> ready();

    bool receive(uint16_t number, std::span<const uint8_t> packet, Time now);
    void sent(GroupOutbox*, const GroupOutbox::Written&);
    void not_sent(GroupOutbox*, const GroupOutbox::Written&);

    void run_timers(Time now);
    Time next_timer() const;
    bool anything_to_send();

private:
    struct Member {
        Group settings;
        std::unique_ptr<GroupOutbox> outbox;
        std::vector<std::unique_ptr<GroupInbox>> inboxes; ///< by key, then by sender
    };

    bool has(const GroupOutbox*) const;
    void make_outbox(Member&, Member& before);
    void make_inboxes(Member&, Member& before);
    void report(const GroupOutbox::Outcomes&);
    void end(GroupOutbox&);
    void list_numbers();

    Context& context_;
    std::map<GroupId, Member> members_;
    std::unordered_multimap<uint16_t, std::pair<GroupId, GroupInbox*>> by_number_;
};

} // namespace depinsat::link
