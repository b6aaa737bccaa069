#pragma once

#include "depinsat/link/link.h"

#include <deque>
#include <set>
#include <utility>

namespace depinsat::link {

/// The keys of the latest keyed messages that were delivered; the oldest make room.
class KeyMemory
{
public:
    static constexpr size_t kKeys = 16384;

    bool contains(const MessageKey& key) const { return keys_.contains(key); }

    /// When the latest one was delivered.
    Time latest() const { return order_.empty() ? Time::min() : order_.back().first; }

    /// @param delivered  later than those of all others.
    void insert(const MessageKey& key, Time delivered)
    {
        keys_.insert(key);
        order_.emplace_back(delivered, key);
    }

    /// Whether there are too many, or the oldest was delivered before that.
    bool outgrown(Time before) const
    {
        return !order_.empty() && (order_.size() > kKeys || order_.front().first < before);
    }

    MessageKey take_oldest()
    {
        const MessageKey key = order_.front().second;
        order_.pop_front();
        keys_.erase(key);
        return key;
    }

private:
    std::set<MessageKey> keys_;
    std::deque<std::pair<Time, MessageKey>> order_;
};

} // namespace depinsat::link
