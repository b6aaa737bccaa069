#include "bridge/http_cache/freshness.h"

#include <boost/beast/core/string.hpp>

#include <algorithm>
#include <charconv>
#include <ctime>
#include <string>

namespace depinsat::bridge::http_cache {
namespace {

namespace http = boost::beast::http;
using std::chrono::seconds;

constexpr seconds kLongest{31'536'000};

std::string_view value_of(const http::fields& headers, http::field name)
{
    const auto value = headers[name];
    return {value.data(), value.size()};
}

bool is_same(std::string_view a, std::string_view b)
{
    return boost::beast::iequals({a.data(), a.size()}, {b.data(), b.size()});
}

std::string_view trimmed(std::string_view text)
{
    const size_t begin = text.find_first_not_of(" \t");
    if (begin == text.npos)
        return {};
    return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

/// The elements of a list at commas that are in no quoted text.
template <class Visit>
void for_each_element(std::string_view list, Visit visit)
{
    bool quoted = false;
    size_t begin = 0;
    for (size_t i = 0; i <= list.size(); ++i) {
        if (i < list.size() && list[i] == '"')
            quoted = !quoted;
        if (i < list.size() && (quoted || list[i] != ','))
            continue;
        visit(trimmed(list.substr(begin, i - begin)));
        begin = i + 1;
    }
}

/// Delta-seconds; what is no number counts as 0, as clause 4.2.1 wishes.
seconds to_seconds(std::string_view text)
{
    if (text.size() >= 2 && text.front() == '"' && text.back() == '"')
        text = text.substr(1, text.size() - 2);
    int64_t value = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
    if (read.ec == std::errc::result_out_of_range)
        return kLongest;
    if (read.ec != std::errc() || read.ptr != text.data() + text.size() || value < 0)
        return seconds{0};
    return std::min(seconds{value}, kLongest);
}

/// An IMF-fixdate.
std::optional<std::time_t> to_time(std::string_view text)
{
    std::tm time{};
    const std::string copy(text);
    const char* end = strptime(copy.c_str(), "%a, %d %b %Y %H:%M:%S GMT", &time);
    if (!end || *end)
        return {};
    return timegm(&time);
}

seconds lifetime_of(const http::fields& headers, std::string_view cache_control)
{
    for (const char* name : {"s-maxage", "max-age"})
        if (const auto given = directive(cache_control, name))
            return to_seconds(*given);
    const auto date = to_time(value_of(headers, http::field::date));
    const auto expires = to_time(value_of(headers, http::field::expires));
    if (!date || !expires || *expires <= *date)
        return seconds{0};
    return std::min(seconds{*expires - *date}, kLongest);
}

/// Whether the answer depends on what the request says besides its target.
bool varies(std::string_view vary)
{
    bool found = false;
    for_each_element(vary, [&](std::string_view name) {
        // The gateway asks for no encoding, so there is one answer.
        found = found || (!name.empty() && !is_same(name, "accept-encoding"));
    });
    return found;
}

/// An entity tag without the mark of a weak one.
std::string_view opaque(std::string_view tag)
{
    return tag.starts_with("W/") ? tag.substr(2) : tag;
}

} // namespace

std::optional<std::string_view> directive(std::string_view cache_control, std::string_view name)
{
    std::optional<std::string_view> found;
    for_each_element(cache_control, [&](std::string_view element) {
        const size_t equals = std::min(element.find('='), element.size());
        if (!found && is_same(trimmed(element.substr(0, equals)), name))
            found = trimmed(element.substr(std::min(equals + 1, element.size())));
    });
    return found;
}

Keeping keeping_of(const http::fields& headers)
{
    std::string cache_control;
    const auto [begin, end] = headers.equal_range(http::field::cache_control);
    for (auto one = begin; one != end; ++one)
        cache_control.append(cache_control.empty() ? "" : ",")
            .append(std::string(one->value()));
    if (directive(cache_control, "no-store") || directive(cache_control, "private") ||
        varies(value_of(headers, http::field::vary)) || headers.count(http::field::set_cookie))
        return {};
    if (directive(cache_control, "no-cache"))
        return {true, seconds{0}};
    const auto age = to_seconds(value_of(headers, http::field::age));
    return {true, std::max(seconds{0}, lifetime_of(headers, cache_control) - age)};
}

bool holds_tag(std::string_view list, std::string_view tag)
{
    bool found = false;
    for_each_element(list, [&](std::string_view one) {
        found = found || one == "*" || (!one.empty() && opaque(one) == opaque(tag));
    });
    return found;
}

} // namespace depinsat::bridge::http_cache
