#pragma once

#include "bridge/http_cache/store.h"
#include "bridge/node_request.h"

#include <string>
#include <variant>

/// What a cache asks of a web server, and what it makes of the answer.
namespace depinsat::bridge::http_cache {

/// The GET of a target, to be answered with 304 if nothing has changed.
/// @param known  what the cache has of it; null: nothing.
NodeRequest fetch_of(const std::string& target,
                     const Store::Entry* known,
                     std::chrono::milliseconds timeout);

/// An answer to be kept and passed on.
struct Fetched {
    unsigned status = 200;
    bool store = false; ///< whether it may be kept; else it only passes
    Store::Entry entry;
    std::string location;
};

/// @param http   without fault.
/// @param known  as of fetch_of(), if the cache still has it.
/// @return why it cannot be passed on.
std::variant<Fetched, std::string>
read_fetched(const HttpResult& http, const Store::Entry* known, link::Time now);

} // namespace depinsat::bridge::http_cache
