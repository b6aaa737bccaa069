#pragma once

#include "depinsat/link/link.h"
#include "depinsat/link/wire.h"
#include "rolling_set.h"

#include <map>
#include <optional>
#include <set>
#include <vector>

namespace depinsat::link {

/// What one peer may have us keep of unfinished messages; the oldest make room.
inline constexpr size_t kMaxUnfinishedBytes = size_t(16) << 20;
inline constexpr size_t kMaxUnfinishedMessages = 1024;
inline constexpr size_t kMaxRangesOfMessage = 2048;
inline constexpr size_t kMaxUnfinishedRanges = size_t(1) << 16; ///< each is a node of a map

inline constexpr size_t kMaxLate = 1024;

/// An unfinished message of which nothing new came for so long is forgotten; if its sender goes
/// on with it, it is told to start again.
inline constexpr std::chrono::minutes kUnfinishedLife{2};

/// Messages from one peer until they are whole; each is given out once.
class Inbox
{
public:
    enum class Fate {
        kTaken,
        kDuplicate, ///< known already
        kForgotten, ///< its message has to be started again by the sender
        kLate,      ///< of a message that was whole after its deadline, and is dropped
    };

    /// @param deadline  of its message, if the segment tells it and link time is known.
    /// @param whole     set if this segment completed its message.
    Fate
    take(const Segment&, std::optional<Time> deadline, Time now, std::optional<Message>& whole);

    uint64_t late() const { return late_count_; } ///< messages dropped so far

    /// The sender says that no message with a lower id comes any more.
    void skip(uint32_t low_id);

    void forget_stale(Time now);
    Time next_timer() const;

    size_t bytes() const { return bytes_; }
    size_t ranges() const { return ranges_; }

private:
    struct Entry {
        Message message;                     ///< bytes up to the end of the furthest segment
        std::map<uint32_t, uint32_t> ranges; ///< begin to end, disjoint, not touching
        std::optional<uint32_t> size;        ///< known from the last segment
        bool keyed = false;                  ///< known from the first one, as is the class
        Time touched{};
    };
    using Entries = std::map<uint64_t, Entry>;

    uint64_t full_id(uint32_t low_id) const;
    bool store(Entry&, const Segment&);
    bool add_range(Entry&, uint32_t begin, uint32_t end);
    void remove(Entries::iterator);
    void forget(Entries::iterator);
    void make_room(uint64_t except);
    Fate deliver(uint64_t id, Message, bool keyed, Time now, std::optional<Message>& whole);
    void note_late(uint64_t id);

    Entries entries_;
    RollingSet<kMessageWindow> done_;
    RollingSet<kMessageWindow> forgotten_;
    std::set<uint64_t> late_; ///< of those done; the latest kMaxLate
    uint64_t late_count_ = 0;
    size_t bytes_ = 0, ranges_ = 0; ///< of all entries
};

} // namespace depinsat::link
