#include "config/station_sections.h"

#include <nlohmann/json.hpp>

namespace depinsat::config {
namespace {

constexpr Names<int, 3> kNetworks{{{"mainnet", 0}, {"signet", 1}, {"regtest", 2}}};

std::optional<Url> read_node(const TomlSection& section)
{
    if (!section.has("node"))
        return {};
    const std::string text = section.text("node");
    const auto url = parse_url(text);
    if (!url || url->scheme != Url::Scheme::kTcp)
        section.fail("node", "is \"" + text.substr(0, 60) + '"', "tcp://HOST:PORT");
    return url;
}

} // namespace

std::string read_bitcoin_network(const TomlSection& section)
{
    section.choice("network", kNetworks, "mainnet");
    return section.text("network", "mainnet");
}

void read_bitcoin(const TomlSection& bridges, Station& station)
{
    for (const auto& section : bridges.sections(
             "bitcoin", {"listen", "node", "network", "gateway", "group", "relay_transactions",
                         "min_fee_rate_sat_per_kvb", "relay_bits_per_second", "max_clients"})) {
        check_is_user(section, station);
        if (station.bitcoin)
            section.fail("", "is there twice; a station has one");
        BitcoinBridge bridge;
        if (section.has("listen"))
            bridge.listen = read_listen(section, station);
        bridge.node = read_node(section);
        if (!bridge.listen && !bridge.node)
            section.fail("listen", "is missing, and so is node", "one of them, or both");
        bridge.network = read_bitcoin_network(section);
        bridge.group = read_group_name(section, station, false);
        const bool only_listens =
            !bridge.group.empty() && !section.has("gateway") && station.gateways.empty();
        if (!only_listens)
            bridge.gateways = read_gateways_of(section, station);
        bridge.relay_transactions = section.boolean("relay_transactions", true);
        bridge.min_fee_rate =
            uint64_t(section.integer("min_fee_rate_sat_per_kvb", 0, 100'000'000, 0));
        bridge.relay_bits_per_second =
            uint32_t(section.integer("relay_bits_per_second", 100, 1'000'000'000, 8000));
        bridge.max_clients = size_t(section.integer("max_clients", 1, 1000, 16));
        station.bitcoin = std::move(bridge);
    }
}

nlohmann::json bitcoin_json(const Station& station)
{
    nlohmann::json all = nlohmann::json::array();
    if (!station.bitcoin)
        return all;
    const auto& bridge = *station.bitcoin;
    nlohmann::json one{{"network", bridge.network},
                       {"gateways", keys_json(bridge.gateways)},
                       {"relay_transactions", bridge.relay_transactions},
                       {"min_fee_rate_sat_per_kvb", bridge.min_fee_rate},
                       {"relay_bits_per_second", bridge.relay_bits_per_second},
                       {"max_clients", bridge.max_clients}};
    if (!bridge.group.empty())
        one["group"] = bridge.group;
    if (bridge.listen)
        one["listen"] = bridge.listen->text();
    if (bridge.node)
        one["node"] = bridge.node->text();
    all.push_back(std::move(one));
    return all;
}

} // namespace depinsat::config
