#include "config/station_sections.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace depinsat::config {
namespace {

using Method = JsonRpcMethod;

constexpr Names<bool, 2> kWithoutVerdict{{{"signature", true}, {"error", false}}};
constexpr Names<bool, 2> kWhenDown{{{"queue", true}, {"refuse", false}}};

/// The method that the bridge carries out itself; the file says nothing of it.
constexpr std::string_view kOwn = "sendTransaction";

/// Those that go over the link as they are, if the file says nothing else.
/// @param blockhash_age  for how long one is handed out; it lives for some 60 to 90 s.
void add_usual(std::vector<Method>& methods, std::chrono::seconds blockhash_age)
{
    for (const char* name : {"simulateTransaction", "getBalance", "isBlockhashValid",
                             "getLatestBlockhash", "getSignatureStatuses"}) {
        if (std::ranges::count(methods, name, &Method::name))
            continue;
        Method method;
        method.name = name;
        method.replay = Method::Replay::kIdempotent;
        if (method.name == "getLatestBlockhash")
            method.cached = blockhash_age;
        methods.push_back(method);
    }
}

} // namespace

void read_solana(const TomlSection& bridges, Station& station)
{
    for (const auto& section : bridges.sections(
             "solana", local_server_keys({"gateway", "methods", "methods_file",
                                          "verdict_timeout_ms", "no_verdict", "blockhash_age_s",
                                          "link_down", "cache_bytes"}))) {
        check_is_user(section, station);
        SolanaBridge bridge;
        bridge.calls.service = "solana";
        bridge.calls.server = read_local_server(section, station);
        bridge.calls.gateways = read_gateways_of(section, station);
        bridge.calls.methods = read_methods(section);
        for (const auto& method : bridge.calls.methods) {
            if (!method.is_prefix && method.name == kOwn)
                section.fail("methods", "holds " + method.name + ", which the bridge answers");
            if (method.replay == Method::Replay::kKeyed)
                section.fail("methods",
                             "holds a keyed method; here only transactions have keys");
        }
        bridge.blockhash_age =
            std::chrono::seconds(section.integer("blockhash_age_s", 0, 60, 15));
        add_usual(bridge.calls.methods, bridge.blockhash_age);
        bridge.calls.queue_when_down = section.choice("link_down", kWhenDown, "queue");
        bridge.calls.cache_bytes = size_t(
            section.integer("cache_bytes", 0, 256 << 20, int64_t(bridge.calls.cache_bytes)));
        bridge.verdict_timeout = std::chrono::milliseconds(
            section.integer("verdict_timeout_ms", 10, 600'000, 10000));
        bridge.signature_without_verdict =
            section.choice("no_verdict", kWithoutVerdict, "signature");
        station.solana.push_back(std::move(bridge));
    }
}

nlohmann::json solana_json(const Station& station)
{
    nlohmann::json all = nlohmann::json::array();
    for (const auto& bridge : station.solana) {
        nlohmann::json one = local_server_json(bridge.calls.server);
        one["gateways"] = keys_json(bridge.calls.gateways);
        one["methods"] = methods_json(bridge.calls.methods);
        one["link_down"] = bridge.calls.queue_when_down ? "queue" : "refuse";
        one["cache_bytes"] = bridge.calls.cache_bytes;
        one["blockhash_age_s"] = bridge.blockhash_age.count();
        one["verdict_timeout_ms"] = bridge.verdict_timeout.count();
        one["no_verdict"] = bridge.signature_without_verdict ? "signature" : "error";
        all.push_back(std::move(one));
    }
    return all;
}

} // namespace depinsat::config
