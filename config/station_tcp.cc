#include "config/station_sections.h"

#include <nlohmann/json.hpp>

namespace depinsat::config {

void read_tcp(const TomlSection& bridges, Station& station)
{
    for (const auto& section : bridges.sections("tcp", {"listen", "service", "gateway"})) {
        check_is_user(section, station);
        TcpBridge bridge;
        bridge.listen = read_listen(section, station);
        bridge.service = read_word(section, "service");
        bridge.gateways = read_gateways_of(section, station);
        station.tcp.push_back(std::move(bridge));
    }
}

nlohmann::json tcp_json(const Station& station)
{
    nlohmann::json all = nlohmann::json::array();
    for (const auto& bridge : station.tcp)
        all.push_back({{"listen", bridge.listen.text()},
                       {"service", bridge.service},
                       {"gateways", keys_json(bridge.gateways)}});
    return all;
}

} // namespace depinsat::config
