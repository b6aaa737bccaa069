#include "bridge/http_router.h"

#include <algorithm>
#include <charconv>

namespace depinsat::bridge {
namespace {

namespace http = boost::beast::http;

std::vector<std::string> split(std::string_view text, char separator)
{
    std::vector<std::string> parts;
    while (true) {
        const size_t end = std::min(text.find(separator), text.size());
        parts.emplace_back(text.substr(0, end));
        if (end == text.size())
            return parts;
        text.remove_prefix(end + 1);
    }
}

std::optional<std::string> unescaped(std::string_view text)
{
    std::string out;
    for (size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            out += text[i];
            continue;
        }
        unsigned value = 0;
        const char* begin = text.data() + i + 1;
        if (i + 3 > text.size() ||
            std::from_chars(begin, begin + 2, value, 16).ptr != begin + 2)
            return {};
        out += char(value);
        i += 2;
    }
    return out;
}

/// @return what stood for the names, if the path has these parts.
std::optional<std::map<std::string, std::string>> match(const std::vector<std::string>& wanted,
                                                        const std::vector<std::string>& parts)
{
    if (wanted.size() != parts.size())
        return {};
    std::map<std::string, std::string> names;
    for (size_t i = 0; i < parts.size(); ++i) {
        if (wanted[i].starts_with('{'))
            names.emplace(wanted[i].substr(1, wanted[i].size() - 2), parts[i]);
        else if (wanted[i] != parts[i])
            return {};
    }
    return names;
}

} // namespace

std::optional<std::string> HttpTarget::value(std::string_view name) const
{
    const auto found = std::ranges::find(
        query, name, [](const auto& one) { return std::string_view(one.first); });
    if (found == query.end())
        return {};
    return found->second;
}

std::optional<HttpTarget> parse_target(std::string_view target)
{
    if (!target.starts_with('/'))
        return {};
    const size_t mark = std::min(target.find('?'), target.size());
    auto path = unescaped(target.substr(0, mark));
    if (!path)
        return {};
    HttpTarget out{std::move(*path), {}};
    if (mark == target.size())
        return out;
    for (const auto& pair : split(target.substr(mark + 1), '&')) {
        const size_t equals = std::min(pair.find('='), pair.size());
        auto name = unescaped(std::string_view(pair).substr(0, equals));
        auto value =
            unescaped(std::string_view(pair).substr(std::min(equals + 1, pair.size())));
        if (!name || !value)
            return {};
        if (!pair.empty())
            out.query.emplace_back(std::move(*name), std::move(*value));
    }
    return out;
}

void HttpRouter::add(http::verb method, std::string_view path, Handler handler)
{
    routes_.push_back({method, split(path, '/'), std::move(handler)});
}

void HttpRouter::route(const HttpRequest& request, const Respond& respond) const
{
    const auto text = request.target();
    auto target = parse_target({text.data(), text.size()});
    if (!target)
        return respond({http::status::bad_request, {}});
    const auto parts = split(target->path, '/');
    bool path_known = false;
    for (const auto& route : routes_) {
        auto names = match(route.parts, parts);
        if (!names)
            continue;
        path_known = true;
        if (route.method == request.method())
            return route.handler(request, {std::move(*target), std::move(*names)}, respond);
    }
    respond({path_known ? http::status::method_not_allowed : http::status::not_found, {}});
}

} // namespace depinsat::bridge
