#include "config/station_sections.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace depinsat::config {
namespace {

using Method = JsonRpcMethod;

constexpr Names<Method::Class, 3> kClasses{{{"transaction", Method::Class::kTransaction},
                                            {"interactive", Method::Class::kInteractive},
                                            {"bulk", Method::Class::kBulk}}};
constexpr Names<Method::Replay, 3> kReplays{{{"never", Method::Replay::kNever},
                                             {"idempotent", Method::Replay::kIdempotent},
                                             {"keyed", Method::Replay::kKeyed}}};
constexpr Names<bool, 2> kWhenDown{{{"queue", true}, {"refuse", false}}};
constexpr Names<std::chrono::seconds, 2> kCaches{
    {{"none", std::chrono::seconds{0}}, {"immutable", std::chrono::seconds::max()}}};
constexpr size_t kMaxMethods = 1000;

void read_name(const TomlSection& section, Method& method)
{
    method.name = section.text("method");
    method.is_prefix = method.name.ends_with('*');
    if (method.is_prefix)
        method.name.pop_back();
    if (method.name.find('*') != std::string::npos || method.name.size() > 128)
        section.fail("method", "is no method",
                     "a method; the beginning of methods and *; * for all others");
}

Method read_method(const TomlSection& section)
{
    Method method;
    read_name(section, method);
    method.message_class = section.choice("class", kClasses, "interactive");
    method.replay = section.choice("replay", kReplays, "never");
    method.deadline =
        std::chrono::milliseconds(section.integer("deadline_ms", 10, 600'000, 10000));
    if (section.is_text("cache"))
        method.cached = section.choice("cache", kCaches, "none");
    else
        method.cached = std::chrono::seconds(section.integer("cache", 0, 31'536'000, 0));
    if (method.cached.count() > 0 && method.replay != Method::Replay::kIdempotent)
        section.fail("cache", "is of no use: replay is not \"idempotent\"");
    method.max_request_bytes =
        size_t(section.integer("max_request_bytes", 64, 1'000'000, 64 << 10));
    method.max_answer_bytes =
        size_t(section.integer("max_answer_bytes", 64, 1'000'000, 1'000'000));
    return method;
}

template <class Table, class Value>
std::string_view name_of(const Table& table, Value value)
{
    return std::ranges::find(table, value, [](const auto& row) { return row.second; })->first;
}

nlohmann::json cache_json(std::chrono::seconds cached)
{
    if (cached == std::chrono::seconds::max())
        return "immutable";
    return cached.count() == 0 ? nlohmann::json("none") : nlohmann::json(cached.count());
}

} // namespace

std::vector<JsonRpcMethod> read_methods(const TomlSection& section)
{
    const TomlSection::Keys keys{"method",          "class", "replay",
                                 "deadline_ms",     "cache", "max_request_bytes",
                                 "max_answer_bytes"};
    auto rows = section.sections("methods", keys);
    if (section.has("methods_file")) {
        const auto file = TomlSection::parse_file(section.path("methods_file"), {"methods"});
        const auto more = file.sections("methods", keys);
        rows.insert(rows.end(), more.begin(), more.end());
    }
    if (rows.size() > kMaxMethods)
        section.fail("methods", "has more than 1000 rows");
    std::vector<JsonRpcMethod> methods;
    for (const auto& row : rows) {
        const Method method = read_method(row);
        for (const auto& other : methods)
            if (other.name == method.name && other.is_prefix == method.is_prefix)
                row.fail("method", "is there twice");
        methods.push_back(method);
    }
    return methods;
}

nlohmann::json methods_json(const std::vector<JsonRpcMethod>& methods)
{
    nlohmann::json all = nlohmann::json::array();
    for (const auto& method : methods)
        all.push_back({{"method", method.name + (method.is_prefix ? "*" : "")},
                       {"class", name_of(kClasses, method.message_class)},
                       {"replay", name_of(kReplays, method.replay)},
                       {"deadline_ms", method.deadline.count()},
                       {"cache", cache_json(method.cached)},
                       {"max_request_bytes", method.max_request_bytes},
                       {"max_answer_bytes", method.max_answer_bytes}});
    return all;
}

void read_json_rpc(const TomlSection& bridges, Station& station)
{
    for (const auto& section : bridges.sections(
             "json_rpc", local_server_keys({"service", "gateway", "methods", "methods_file",
                                            "link_down", "lifetime_s", "cache_bytes"}))) {
        check_is_user(section, station);
        JsonRpcBridge bridge;
        bridge.server = read_local_server(section, station);
        bridge.service = read_word(section, "service");
        bridge.gateways = read_gateways_of(section, station);
        bridge.methods = read_methods(section);
        if (bridge.methods.empty())
            section.fail("methods", "is missing",
                         "[[bridge.json_rpc.methods]] sections, or methods_file");
        bridge.queue_when_down = section.choice("link_down", kWhenDown, "queue");
        bridge.keyed_lifetime =
            std::chrono::seconds(section.integer("lifetime_s", 1, 604'800, 3600));
        bridge.cache_bytes =
            size_t(section.integer("cache_bytes", 0, 256 << 20, int64_t(bridge.cache_bytes)));
        station.json_rpc.push_back(std::move(bridge));
    }
}

nlohmann::json json_rpc_json(const Station& station)
{
    nlohmann::json all = nlohmann::json::array();
    for (const auto& bridge : station.json_rpc) {
        nlohmann::json one = local_server_json(bridge.server);
        one["service"] = bridge.service;
        one["gateways"] = keys_json(bridge.gateways);
        one["methods"] = methods_json(bridge.methods);
        one["link_down"] = bridge.queue_when_down ? "queue" : "refuse";
        one["lifetime_s"] = bridge.keyed_lifetime.count();
        one["cache_bytes"] = bridge.cache_bytes;
        all.push_back(std::move(one));
    }
    return all;
}

} // namespace depinsat::config
