#pragma once

#include "scheduler_source.h"

#include <array>
#include <optional>
#include <utility>
#include <vector>

namespace depinsat::link {

/// Which message goes next: the most urgent class, but a class that waits gets its share of the
/// bytes; in a class the earliest deadline, but no peer or group gets a frame more than
/// another that waits.
///
/// A class that was passed over by as much as is worth a frame of its share takes the next
/// segment. What it did not need it does not save.
class Scheduler
{
public:
    struct Choice {
        SchedulerSource* source;
        Class message_class;
    };

    /// Before each frame.
    /// @param ready  peers and groups that have something to send.
    void begin(std::vector<SchedulerSource*> ready, size_t frame_bytes);

    std::optional<Choice> next();
    void served(const Choice&, size_t bytes);

    /// Nothing of it fits into the rest of the frame.
    void pass(const Choice& choice)
    {
        passed_.emplace_back(choice.source, choice.message_class);
    }

private:
    SchedulerSource* best_source(Class);
    bool passed(const SchedulerSource*, Class) const;

    std::vector<SchedulerSource*> ready_;
    std::vector<std::pair<SchedulerSource*, Class>> passed_;
    double frame_bytes_ = 0;
    std::array<bool, kClasses> waits_{};
    std::array<double, kClasses> owed_{};    ///< bytes of its share that a class did not get
    std::array<uint64_t, kClasses> floor_{}; ///< least that one who waits was served
};

} // namespace depinsat::link
