#include "bridge/http_cache/fetch.h"

#include "bridge/http_cache/freshness.h"

#include <algorithm>
#include <array>

namespace depinsat::bridge::http_cache {
namespace {

namespace http = boost::beast::http;

/// What a field may take on the link.
constexpr size_t kMaxField = 255;

} // namespace

NodeRequest fetch_of(const std::string& target,
                     const Store::Entry* known,
                     std::chrono::milliseconds timeout)
{
    NodeRequest request{
        .method = http::verb::get, .target = target, .timeout = timeout, .idempotent = true};
    if (known && !known->content->tag.empty())
        request.headers.emplace_back("If-None-Match", known->content->tag);
    else if (known && !known->content->modified.empty())
        request.headers.emplace_back("If-Modified-Since", known->content->modified);
    return request;
}

std::variant<Fetched, std::string>
read_fetched(const HttpResult& result, const Store::Entry* known, link::Time now)
{
    const auto keeping = keeping_of(result.headers);
    if (result.status == 304 && known)
        return Fetched{200, true, {known->content, now, now + keeping.fresh}, {}};
    if (result.status == 304)
        return "the content is gone; ask again";
    const auto header = [&](http::field field) {
        return std::string(result.headers[field]);
    };
    auto content = std::make_shared<Content>(
        Content{header(http::field::content_type), header(http::field::etag),
                header(http::field::last_modified), result.body, hash_of(result.body)});
    const bool fits = std::ranges::all_of(
        std::array{content->type.size(), content->tag.size(), content->modified.size()},
        [](size_t size) { return size <= kMaxField; });
    if (!fits)
        return "the server's headers are too long";
    return Fetched{result.status,
                   result.status == 200 && keeping.store,
                   {std::move(content), now, now + keeping.fresh},
                   header(http::field::location)};
}

} // namespace depinsat::bridge::http_cache
