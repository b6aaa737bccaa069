#pragma once

#include "bridge/recently_used.h"

#include "depinsat/link/link.h"

#include <array>
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

    explicit Store(size_t max_bytes) : entries_(max_bytes) {}

    /// @return null if there is none.
    const Entry* find(const std::string& name) { return entries_.find(name); }

    void put(const std::string& name, Entry);
    void drop(const std::string& name) { entries_.drop(name); }

    size_t bytes() const { return entries_.bytes(); }

private:
    RecentlyUsed<Entry> entries_;
};

} // namespace depinsat::bridge::http_cache
