#include "bridge/beacon/http_api.h"

#include <boost/beast/core/string.hpp>

#include <algorithm>
#include <cstdlib>

namespace depinsat::bridge::beacon {
namespace {

namespace http = boost::beast::http;

constexpr std::string_view kSsz = "application/octet-stream", kJson = "application/json";
constexpr const char* kFork = "Eth-Consensus-Version";

std::string_view trimmed(std::string_view text)
{
    const size_t first = std::min(text.find_first_not_of(" \t"), text.size());
    text.remove_prefix(first);
    return text.substr(0, text.find_last_not_of(" \t") + 1);
}

bool is_type(std::string_view field, std::string_view type)
{
    const std::string_view name = trimmed(field.substr(0, field.find(';')));
    return boost::beast::iequals({name.data(), name.size()}, {type.data(), type.size()});
}

/// The weight of one entry of an Accept field.
double weight(std::string_view entry)
{
    const size_t at = entry.find(";q=");
    return at == entry.npos ? 1.0
                            : std::strtod(std::string(entry.substr(at + 3)).c_str(), nullptr);
}

std::string_view field_of(const http::fields& fields, std::string_view name)
{
    const auto value = fields[boost::beast::string_view(name.data(), name.size())];
    return {value.data(), value.size()};
}

/// A name of a fork, which becomes a field of another request.
std::string fork_of(std::string_view text)
{
    const bool good = text.size() <= 32 && std::ranges::all_of(text, [](char c) {
                          return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
                      });
    return good ? std::string(text) : std::string();
}

Content content_of(std::string_view type, const std::string& body)
{
    if (body.empty())
        return Content::kNone;
    return is_type(type, kSsz) ? Content::kBinary : Content::kJson;
}

} // namespace

bool prefers_ssz(std::string_view accept)
{
    double ssz = 0, json = 0;
    while (!accept.empty()) {
        const std::string_view entry = accept.substr(0, accept.find(','));
        accept.remove_prefix(std::min(entry.size() + 1, accept.size()));
        double& which = is_type(entry, kSsz) ? ssz : json;
        which = std::max(which, weight(entry));
    }
    return ssz > json;
}

ApiRequest api_request(const HttpRequest& http)
{
    ApiRequest request;
    request.post = http.method() == http::verb::post;
    request.target = {http.target().data(), http.target().size()};
    request.wants_ssz = prefers_ssz(field_of(http, "Accept"));
    request.fork = fork_of(field_of(http, kFork));
    request.body = {content_of(field_of(http, "Content-Type"), http.body()), http.body()};
    return request;
}

HttpReply http_reply(const ApiReply& reply)
{
    HttpReply out;
    out.status = http::status(reply.status);
    out.body = reply.body.bytes;
    if (reply.body.content == Content::kBinary)
        out.content_type = kSsz;
    for (const auto& [name, value] : reply.fields)
        out.headers.emplace_back(name, value);
    return out;
}

NodeRequest node_request(const ApiRequest& request, std::chrono::milliseconds timeout)
{
    NodeRequest out{.method = request.post ? http::verb::post : http::verb::get,
                    .target = request.target,
                    .body = request.body.bytes,
                    .content_type =
                        std::string(request.body.content == Content::kBinary ? kSsz : kJson),
                    .timeout = timeout,
                    .max_answer_bytes = kMaxBodyBytes,
                    .idempotent = !request.post};
    out.headers.emplace_back("Accept", request.wants_ssz
                                           ? "application/octet-stream, application/json;q=0.5"
                                           : "application/json");
    if (!request.fork.empty())
        out.headers.emplace_back(kFork, request.fork);
    return out;
}

NodeRequest events_request(uint64_t wanted, std::chrono::milliseconds timeout)
{
    NodeRequest out{.method = http::verb::get,
                    .target = "/eth/v1/events?topics=",
                    .headers = {{"Accept", "text/event-stream"}},
                    .timeout = timeout,
                    .idempotent = true};
    for (size_t i = 0; i < topics().size(); ++i)
        if (wanted >> i & 1)
            out.target += (out.target.ends_with('=') ? "" : ",") + std::string(topics()[i]);
    return out;
}

ApiReply api_reply(HttpResult http)
{
    ApiReply reply;
    reply.status = http.status;
    const Content content = content_of(field_of(http.headers, "Content-Type"), http.body);
    reply.body = {content, std::move(http.body)};
    for (const std::string_view name : kReplyFields)
        if (const auto value = field_of(http.headers, name); !value.empty())
            reply.fields.emplace_back(name, value);
    return reply;
}

bool EventStream::take(std::string_view piece, const OnEvent& on_event)
{
    while (!piece.empty()) {
        const size_t end = std::min(piece.find('\n'), piece.size());
        if (line_.size() + end + data_.size() > kMaxEventBytes)
            return false;
        line_ += piece.substr(0, end);
        if (end == piece.size())
            return true;
        piece.remove_prefix(end + 1);
        std::string line;
        line.swap(line_);
        if (line.ends_with('\r'))
            line.pop_back();
        take_line(line, on_event);
    }
    return true;
}

void EventStream::take_line(std::string_view line, const OnEvent& on_event)
{
    if (line.empty()) {
        const std::string topic = std::move(topic_), data = std::move(data_);
        topic_.clear();
        data_.clear();
        if (!data.empty())
            on_event(topic, data);
        return;
    }
    const size_t colon = std::min(line.find(':'), line.size());
    const std::string_view name = line.substr(0, colon);
    std::string_view value = line.substr(std::min(colon + 1, line.size()));
    if (value.starts_with(' '))
        value.remove_prefix(1);
    if (name == "event")
        topic_ = value;
    else if (name == "data")
        data_ += value;
}

} // namespace depinsat::bridge::beacon
