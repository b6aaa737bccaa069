#pragma once

#include "depinsat/link/link.h"

#include <cstdint>
#include <functional>
#include <queue>
#include <vector>

namespace depinsat::linksim {

using link::Time;

/// The virtual clock: what is to happen, in the order of its time; at one time in the order in
/// which it was planned.
class Events
{
public:
    Time now() const { return now_; }

    void at(Time time, std::function<void()> what)
    {
        queue_.push({std::max(time, now_), planned_++, std::move(what)});
    }

    /// Runs the next one. @return false if it lies after `until`; then that is the time.
    bool step(Time until)
    {
        if (queue_.empty() || queue_.top().time > until) {
            now_ = until;
            return false;
        }
        const auto what = std::move(const_cast<Event&>(queue_.top()).what);
        now_ = queue_.top().time;
        queue_.pop();
        what();
        return true;
    }

private:
    struct Event {
        Time time;
        uint64_t order;
        std::function<void()> what;
        bool operator<(const Event& other) const
        {
            return time != other.time ? time > other.time : order > other.order;
        }
    };
    std::priority_queue<Event> queue_;
    Time now_{0};
    uint64_t planned_ = 0;
};

} // namespace depinsat::linksim
