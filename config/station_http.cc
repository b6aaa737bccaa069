#include "config/station_sections.h"

#include <nlohmann/json.hpp>

namespace depinsat::config {

void read_http(const TomlSection& bridges, Station& station)
{
    for (const auto& section :
         bridges.sections("http", local_server_keys({"service", "gateway", "timeout_ms",
                                                     "cache_bytes", "max_body_bytes"}))) {
        check_is_user(section, station);
        HttpBridge bridge;
        bridge.server = read_local_server(section, station);
        bridge.service = read_word(section, "service");
        bridge.gateways = read_gateways_of(section, station);
        bridge.timeout =
            std::chrono::milliseconds(section.integer("timeout_ms", 10, 600'000, 30000));
        bridge.cache_bytes =
            size_t(section.integer("cache_bytes", 0, 1 << 30, int64_t(bridge.cache_bytes)));
        bridge.max_body_bytes = size_t(
            section.integer("max_body_bytes", 1024, 1'000'000, int64_t(bridge.max_body_bytes)));
        station.http.push_back(std::move(bridge));
    }
}

nlohmann::json http_json(const Station& station)
{
    nlohmann::json all = nlohmann::json::array();
    for (const auto& bridge : station.http) {
        nlohmann::json one = local_server_json(bridge.server);
        one["service"] = bridge.service;
        one["gateways"] = keys_json(bridge.gateways);
        one["timeout_ms"] = bridge.timeout.count();
        one["cache_bytes"] = bridge.cache_bytes;
        one["max_body_bytes"] = bridge.max_body_bytes;
        all.push_back(std::move(one));
    }
    return all;
}

} // namespace depinsat::config
