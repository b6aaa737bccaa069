#pragma once

#include "depinsat/link/link.h"

#include <list>
#include <set>

namespace depinsat::link {

/// The keys of the latest keyed messages that were delivered; the oldest make room.
class KeyMemory
{
public:
    static constexpr size_t kKeys = 16384;

    /// @return false if the key is known.
    bool insert(const MessageKey& key)
    {
        if (!keys_.insert(key).second)
            return false;
        if (keys_.size() > kKeys) {
            keys_.erase(order_.front());
            order_.pop_front();
        }
        order_.push_back(key);
        return true;
    }

private:
    std::set<MessageKey> keys_;
    std::list<MessageKey> order_;
};

} // namespace depinsat::link
