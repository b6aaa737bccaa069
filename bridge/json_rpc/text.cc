#include "bridge/json_rpc/text.h"

#include <algorithm>

namespace depinsat::bridge::json_rpc {
namespace {

/// Deepest nesting of lists and objects; counted before parsing, as trees are
/// written and freed by recursion.
size_t depth_of(std::string_view text)
{
    size_t depth = 0, deepest = 0;
    bool quoted = false;
    for (size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (quoted && c == '\\')
            ++i;
        else if (c == '"')
            quoted = !quoted;
        else if (!quoted && (c == '[' || c == '{'))
            deepest = std::max(deepest, ++depth);
        else if (!quoted && (c == ']' || c == '}') && depth > 0)
            --depth;
    }
    return deepest;
}

std::string dumped(const Json& json)
{
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

bool is_id(const Json& id)
{
    return id.is_string() || id.is_number() || id.is_null();
}

std::string invalid(const Json& request, std::string_view why)
{
    const auto id = request.is_object() ? request.find("id") : request.end();
    const bool echo = request.is_object() && id != request.end() && is_id(*id);
    return response(echo ? *id : Json(nullptr), error_result(kInvalidRequest, why));
}

Item read_request(const Json& request, Versions versions)
{
    if (!request.is_object())
        return invalid(request, "invalid request: not an object");
    const auto version = request.find("jsonrpc"), method = request.find("method"),
               params = request.find("params"), id = request.find("id"), end = request.end();
    if (versions == Versions::kTwo && (version == end || *version != "2.0"))
        return invalid(request, "invalid request: jsonrpc must be \"2.0\"");
    if (method == end || !method->is_string())
        return invalid(request, "invalid request: method must be a text");
    if (params != end && !params->is_structured())
        return invalid(request, "invalid request: params must be a list or an object");
    if (id != end && !is_id(*id))
        return invalid(request, "invalid request: id must be a text, a number or null");
    Json call{{"method", *method}};
    if (params != end)
        call["params"] = *params;
    return Call{id == end ? Json(nullptr) : *id, id == end, method->get<std::string>(),
                dumped(call)};
}

Requests one_error(ErrorCode code, std::string_view message)
{
    return {false, {response(nullptr, error_result(code, message))}};
}

/// Puts members in front of those of an object in text.
std::string with_members(std::string_view members, std::string_view object)
{
    return std::string("{\"jsonrpc\":\"2.0\",").append(members).append(object.substr(1));
}

} // namespace

Json parse(std::string_view text, size_t max_depth)
{
    if (depth_of(text) > max_depth)
        return Json(Json::value_t::discarded);
    return Json::parse(text, nullptr, false);
}

Requests parse_requests(std::string_view body, Versions versions)
{
    if (depth_of(body) > kMaxDepth)
        return one_error(kInvalidRequest, "invalid request: nested too deeply");
    const Json json = Json::parse(body, nullptr, false);
    if (json.is_discarded())
        return one_error(kParseError, "parse error: not JSON");
    if (!json.is_array())
        return {false, {read_request(json, versions)}};
    if (json.empty())
        return one_error(kInvalidRequest, "invalid request: empty batch");
    if (json.size() > kMaxBatch)
        return one_error(kInvalidRequest, "invalid request: batch of more than 1000");
    Requests requests{true, {}};
    for (const Json& request : json)
        requests.items.push_back(read_request(request, versions));
    return requests;
}

std::string error_result(ErrorCode code, std::string_view message)
{
    return dumped({{"error", {{"code", int(code)}, {"message", message}}}});
}

std::string response(const Json& id, std::string_view result)
{
    return with_members("\"id\":" + dumped(id) + ',', result);
}

std::string batch_response(const std::vector<std::string>& responses)
{
    std::string out;
    for (const auto& one : responses)
        if (!one.empty())
            out.append(out.empty() ? "[" : ",").append(one);
    return out.empty() ? out : out + ']';
}

bool is_call(std::string_view text)
{
    const Json json = text.starts_with('{') ? parse(text) : Json();
    if (!json.is_object() || json.size() > 2)
        return false;
    const auto method = json.find("method"), params = json.find("params");
    return method != json.end() && method->is_string() &&
           (json.size() == 1 || (params != json.end() && params->is_structured()));
}

bool is_result(std::string_view text)
{
    const Json json = text.starts_with('{') ? parse(text) : Json();
    return json.is_object() && json.size() == 1 &&
           (json.contains("result") || (json.contains("error") && json["error"].is_object()));
}

std::string upstream_request(std::string_view call, bool notification)
{
    return with_members(notification ? "" : "\"id\":1,", call);
}

std::optional<std::string> result_of(std::string_view upstream_response)
{
    const Json json = parse(upstream_response);
    if (!json.is_object())
        return {};
    const auto error = json.find("error"), result = json.find("result");
    if (error != json.end() && error->is_object())
        return dumped({{"error", *error}});
    if (result != json.end())
        return dumped({{"result", *result}});
    return {};
}

} // namespace depinsat::bridge::json_rpc
