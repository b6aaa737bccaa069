#pragma once

#include "depinsat/link/link.h"

#include <array>
#include <list>
#include <map>
#include <memory>
#include <string>

namespace depinsat::bridge::http_cache {

/// The beginning of BLAKE2b-256 of a body.
using ContentHash = std::array<uint8_t, 16>;
ContentHash hash_of(std::string_view body);

/// What is kept of an answer with status 200.
struct Content {
    std::string type, tag, modified; ///< Content-Type, ETag, Last-Modified; empty: none
    std::string body;
    ContentHash hash{};
};

/// Bodies by service and target. What has not been asked for longest makes way.
class Store
{
public:
    struct Entry {
        std::shared_ptr<const Content> content;
        link::Time since{}, fresh_until{};
        bool is_fresh(link::Time now) const { return now < fresh_until; }
    };

    explicit Store(size_t max_bytes) : max_bytes_(max_bytes) {}

    /// @return null if there is none.
    const Entry* find(const std::string& name);

    void put(const std::string& name, Entry);
    void drop(const std::string& name);

    size_t bytes() const { return bytes_; }

private:
    struct Named {
        std::string name;
        Entry entry;
        size_t size() const;
    };
    using Order = std::list<Named>;
    void erase(Order::iterator);

    const size_t max_bytes_;
    size_t bytes_ = 0;
    Order order_; ///< the last that was asked for first
    std::map<std::string, Order::iterator> by_name_;
};

} // namespace depinsat::bridge::http_cache
