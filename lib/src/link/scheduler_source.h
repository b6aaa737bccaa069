#pragma once

#include "depinsat/link/link.h"

#include <array>
#include <optional>

namespace depinsat::link {

/// Who has messages for the scheduler: a peer, or a group that this station sends to.
class SchedulerSource
{
public:
    virtual ~SchedulerSource() = default;

    /// The earliest deadline of the class among messages that have something to send now.
    virtual std::optional<Time> head(Class) const = 0;

    /// What the scheduler has let it have of each class, in bytes; only differences count.
    std::array<uint64_t, kClasses> served{};
};

} // namespace depinsat::link
