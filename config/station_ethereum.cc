#include "config/station_sections.h"

#include <nlohmann/json.hpp>

namespace depinsat::config {
namespace {

constexpr Names<bool, 2> kWithoutVerdict{{{"hash", true}, {"error", false}}};
constexpr Names<bool, 2> kWhenDown{{{"queue", true}, {"refuse", false}}};
constexpr int64_t kWeiPerGwei = 1'000'000'000;

void read_transactions(const TomlSection& section, EthereumBridge& bridge)
{
    using std::chrono::seconds;
    if (section.has("chain_id"))
        bridge.chain_id = uint64_t(section.integer("chain_id", 1, INT64_MAX / 2));
    if (section.has("max_fee_gwei"))
        bridge.max_fee_per_gas =
            uint64_t(section.number("max_fee_gwei", 1e-9, 1e9) * double(kWeiPerGwei));
    bridge.verdict_timeout = std::chrono::milliseconds(
        section.integer("verdict_timeout_ms", 10, 600'000, bridge.timeout.count()));
    bridge.hash_without_verdict = section.choice("no_verdict", kWithoutVerdict, "hash");
    bridge.queue_when_down = section.choice("link_down", kWhenDown, "queue");
    bridge.transaction_lifetime = seconds(section.integer("lifetime_s", 1, 604'800, 3600));
    bridge.inclusion_time = seconds(section.integer("inclusion_s", 1, 86'400, 180));
    bridge.final_blocks = uint64_t(section.integer("final_blocks", 1, 10'000, 64));
}

} // namespace

void read_ethereum(const TomlSection& bridges, Station& station)
{
    for (const auto& section : bridges.sections(
             "ethereum",
             local_server_keys({"gateway", "agreement", "timeout_ms", "chain_id",
                                "max_fee_gwei", "verdict_timeout_ms", "no_verdict", "link_down",
                                "lifetime_s", "inclusion_s", "final_blocks"}))) {
        check_is_user(section, station);
        EthereumBridge bridge;
        bridge.server = read_local_server(section, station);
        bridge.gateways = read_gateways_of(section, station);
        bridge.agreement =
            size_t(section.integer("agreement", 1, int64_t(bridge.gateways.size()), 1));
        bridge.timeout =
            std::chrono::milliseconds(section.integer("timeout_ms", 10, 600'000, 10000));
        read_transactions(section, bridge);
        station.ethereum.push_back(std::move(bridge));
    }
}

nlohmann::json ethereum_json(const Station& station)
{
    nlohmann::json all = nlohmann::json::array();
    for (const auto& bridge : station.ethereum) {
        nlohmann::json one = local_server_json(bridge.server);
        one["gateways"] = keys_json(bridge.gateways);
        one["agreement"] = bridge.agreement;
        one["timeout_ms"] = bridge.timeout.count();
        if (bridge.chain_id)
            one["chain_id"] = *bridge.chain_id;
        if (bridge.max_fee_per_gas)
            one["max_fee_gwei"] = double(*bridge.max_fee_per_gas) / double(kWeiPerGwei);
        one["verdict_timeout_ms"] = bridge.verdict_timeout.count();
        one["no_verdict"] = bridge.hash_without_verdict ? "hash" : "error";
        one["link_down"] = bridge.queue_when_down ? "queue" : "refuse";
        one["lifetime_s"] = bridge.transaction_lifetime.count();
        one["inclusion_s"] = bridge.inclusion_time.count();
        one["final_blocks"] = bridge.final_blocks;
        all.push_back(std::move(one));
    }
    return all;
}

} // namespace depinsat::config
