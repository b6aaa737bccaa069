#include "config/station_sections.h"

#include <nlohmann/json.hpp>

namespace depinsat::config {
namespace {

using Milliseconds = std::chrono::milliseconds;

constexpr int64_t kLongestSlotMs = 60'000;

Milliseconds due(const TomlSection& section, std::string_view key, int64_t fallback)
{
    return Milliseconds(section.integer(key, 1, kLongestSlotMs, fallback));
}

} // namespace

void read_beacon(const TomlSection& bridges, Station& station)
{
    for (const auto& section :
         bridges.sections("beacon", local_server_keys({"gateway", "agreement", "timeout_ms",
                                                       "attestation_due_ms", "aggregate_due_ms",
                                                       "gloas_attestation_due_ms",
                                                       "gloas_aggregate_due_ms"}))) {
        check_is_user(section, station);
        if (station.beacon)
            section.fail("", "is the second one", "one [[bridge.beacon]]");
        BeaconBridge bridge;
        bridge.server = read_local_server(section, station);
        bridge.gateways = read_gateways_of(section, station);
        bridge.agreement =
            size_t(section.integer("agreement", 1, int64_t(bridge.gateways.size()), 1));
        bridge.timeout = Milliseconds(section.integer("timeout_ms", 10, 600'000, 10000));
        bridge.attestation_due = due(section, "attestation_due_ms", 4000);
        bridge.aggregate_due = due(section, "aggregate_due_ms", 8000);
        bridge.gloas_attestation_due = due(section, "gloas_attestation_due_ms", 3000);
        bridge.gloas_aggregate_due = due(section, "gloas_aggregate_due_ms", 6000);
        station.beacon = std::move(bridge);
    }
}

nlohmann::json beacon_json(const Station& station)
{
    nlohmann::json all = nlohmann::json::array();
    if (!station.beacon)
        return all;
    const BeaconBridge& bridge = *station.beacon;
    nlohmann::json one = local_server_json(bridge.server);
    one.update({{"gateways", keys_json(bridge.gateways)},
                {"agreement", bridge.agreement},
                {"timeout_ms", bridge.timeout.count()},
                {"attestation_due_ms", bridge.attestation_due.count()},
                {"aggregate_due_ms", bridge.aggregate_due.count()},
                {"gloas_attestation_due_ms", bridge.gloas_attestation_due.count()},
                {"gloas_aggregate_due_ms", bridge.gloas_aggregate_due.count()}});
    all.push_back(std::move(one));
    return all;
}

} // namespace depinsat::config
