#pragma once

#include "bridge/beacon/api.h"

#include <functional>
#include <map>
#include <string>

namespace depinsat::bridge::beacon {

/// Clients that listen to events.
class Subscribers
{
public:
    /// @return false once the client has gone.
    using Sink = std::function<bool(std::string_view topic, const std::string& data)>;

    /// @param mask  bits by the numbers of topics().
    uint64_t add(uint64_t mask, Sink sink)
    {
        all_.emplace(++last_, One{mask, std::move(sink)});
        return last_;
    }
    void remove(uint64_t id) { all_.erase(id); }

    void send(size_t topic, const std::string& data)
    {
        for (auto next = all_.begin(); next != all_.end();) {
            const auto one = next++;
            if ((one->second.mask >> topic & 1) && !one->second.sink(topics()[topic], data))
                all_.erase(one);
        }
    }

    /// What any of them listens to.
    uint64_t mask() const
    {
        uint64_t mask = 0;
        for (const auto& [id, one] : all_)
            mask |= one.mask;
        return mask;
    }
    size_t size() const { return all_.size(); }

private:
    struct One {
        uint64_t mask;
        Sink sink;
    };
    std::map<uint64_t, One> all_;
    uint64_t last_ = 0;
};

} // namespace depinsat::bridge::beacon
