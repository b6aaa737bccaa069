#pragma once

#include "bridge/http_server.h"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace depinsat::bridge {

/// The target of a request, taken apart.
struct HttpTarget {
    std::string path; ///< with "%41" and the like undone

    /// In the order of the target; names may come more than once.
    std::vector<std::pair<std::string, std::string>> query;

    std::optional<std::string> value(std::string_view name) const; ///< the first one
};

/// @return nothing if it does not begin with "/" or has a "%" that is no escape.
std::optional<HttpTarget> parse_target(std::string_view target);

/// Hands requests to handlers by method and path; says 404 and 405 itself.
class HttpRouter
{
public:
    struct Match {
        HttpTarget target;
        std::map<std::string, std::string> names; ///< what stood for "{name}" in the path
    };
    using Handler = std::function<void(const HttpRequest&, const Match&, const Respond&)>;

    /// @param path  "/eth/v1/node/health"; "{name}" stands for one part between slashes.
    void add(boost::beast::http::verb, std::string_view path, Handler);

    void route(const HttpRequest&, const Respond&) const;

private:
    struct Route {
        boost::beast::http::verb method;
        std::vector<std::string> parts;
        Handler handler;
    };
    std::vector<Route> routes_;
};

} // namespace depinsat::bridge
