#pragma once

#include <boost/beast/http/fields.hpp>

#include <chrono>
#include <optional>
#include <string_view>

namespace depinsat::bridge::http_cache {

/// What a shared cache may do with an answer (RFC 9111).
struct Keeping {
    bool store = false;            ///< clause 3
    std::chrono::seconds fresh{0}; ///< clause 4.2, less its age; then it is validated
};

/// Nothing is guessed: what says nothing of its lifetime is kept, and validated each time.
///
/// @param headers  of an answer with status 200 to a GET without Authorization.
Keeping keeping_of(const boost::beast::http::fields& headers);

/// The argument of a directive, such as that of "max-age"; empty if it has none.
/// @return nothing if the directive is not there.
std::optional<std::string_view> directive(std::string_view cache_control,
                                          std::string_view name);

/// Whether a list of entity tags, or "*", holds one; weakly compared (RFC 9110, 8.8.3.2).
bool holds_tag(std::string_view list, std::string_view tag);

} // namespace depinsat::bridge::http_cache
