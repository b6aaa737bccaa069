#pragma once

#include "depinsat/link/store.h"
#include "group_keys.h"
#include "rolling_set.h"

#include <optional>
#include <set>

namespace depinsat::link {

/// Counters so far beyond those that the sender is known to have used are not believed: a
/// member of the group could have made them up.
inline constexpr uint32_t kMaxCounterLead = kReplayWindow / 2;

/// What has been taken from one sender of a group, across restarts of this program: its run,
/// the counters seen, and the messages that were given out, by their first counters.
class GroupWindow
{
public:
    /// Messages that are told apart; of those before the latest ones none is given out.
    static constexpr size_t kMessages = 64;

    GroupWindow(const std::array<uint8_t, 16>& name, Store& store);

    const std::optional<Run>& run() const { return run_; }

    /// @param next_counter  the sender's own word.
    void begin(const Run&, uint32_t next_counter);

    enum class Place { kSeen, kNear, kFar };
    Place place(uint32_t counter) const;
    void see(uint32_t counter) { seen_.insert(counter); }

    /// The sender has used this counter.
    void trust(uint32_t counter)
    {
        trusted_end_ = std::max(trusted_end_, uint64_t(counter) + 1);
    }

    /// Whether no message of this name was given out, nor may have been.
    bool is_new(uint32_t name) const { return name >= floor_ && !given_.contains(name); }

    /// Remembers that it is given out; on disk when this returns.
    void give_out(uint32_t name);

private:
    void load();
    void save() const;

    std::array<uint8_t, 16> name_;
    Store& store_;
    std::optional<Run> run_;
    RollingSet<kReplayWindow> seen_;
    uint64_t trusted_end_ = 0;
    uint32_t floor_ = 0;
    std::set<uint32_t> given_;
};

} // namespace depinsat::link
