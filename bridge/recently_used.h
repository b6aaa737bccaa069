#pragma once

#include <cstddef>
#include <list>
#include <map>
#include <string>
#include <utility>

namespace depinsat::bridge {

/// What is kept by name within a bound of bytes. What has not been asked for longest makes way.
template <class Value>
class RecentlyUsed
{
public:
    explicit RecentlyUsed(size_t max_bytes) : max_bytes_(max_bytes) {}

    /// @return null if there is none.
    const Value* find(const std::string& name)
    {
        const auto known = by_name_.find(name);
        if (known == by_name_.end())
            return nullptr;
        order_.splice(order_.begin(), order_, known->second);
        return &known->second->value;
    }

    /// In the place of what has the name; what is larger than the bound is not kept.
    /// @param bytes  what it takes; its name, which is here twice, comes on top.
    void put(const std::string& name, Value value, size_t bytes)
    {
        drop(name);
        bytes += 2 * name.size();
        if (bytes > max_bytes_)
            return;
        while (bytes_ + bytes > max_bytes_)
            erase(std::prev(order_.end()));
        bytes_ += bytes;
        order_.push_front({name, std::move(value), bytes});
        by_name_[name] = order_.begin();
    }

    void drop(const std::string& name)
    {
        if (const auto known = by_name_.find(name); known != by_name_.end())
            erase(known->second);
    }

    size_t bytes() const { return bytes_; }

private:
    struct Named {
        std::string name;
        Value value;
        size_t bytes;
    };
    using Order = std::list<Named>;

    void erase(typename Order::iterator named)
    {
        bytes_ -= named->bytes;
        by_name_.erase(named->name);
        order_.erase(named);
    }

    const size_t max_bytes_;
    size_t bytes_ = 0;
    Order order_; ///< the last that was asked for first
    std::map<std::string, typename Order::iterator> by_name_;
};

} // namespace depinsat::bridge
