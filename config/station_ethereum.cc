#include "config/station_sections.h"

#include <nlohmann/json.hpp>

namespace depinsat::config {

void read_ethereum(const TomlSection& bridges, Station& station)
{
    for (const auto& section :
         bridges.sections("ethereum", local_server_keys({"gateway", "timeout_ms"}))) {
        check_is_user(section, station);
        EthereumBridge bridge;
        bridge.server = read_local_server(section, station);
        bridge.gateways = read_gateways_of(section, station);
        bridge.timeout =
            std::chrono::milliseconds(section.integer("timeout_ms", 10, 600'000, 10000));
        station.ethereum.push_back(std::move(bridge));
    }
}

nlohmann::json ethereum_json(const Station& station)
{
    nlohmann::json all = nlohmann::json::array();
    for (const auto& bridge : station.ethereum) {
        nlohmann::json one = local_server_json(bridge.server);
        one["gateways"] = keys_json(bridge.gateways);
        one["timeout_ms"] = bridge.timeout.count();
        all.push_back(std::move(one));
    }
    return all;
}

} // namespace depinsat::config
