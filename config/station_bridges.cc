#include "config/station_sections.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace depinsat::config {
namespace {

/// One protocol that stations bridge: how its `[[bridge.NAME]]` sections are read and shown,
/// and what `upstream.url` may begin with.
struct Protocol {
    std::string_view name;
    void (*read)(const TomlSection& bridges, Station&);
    nlohmann::json (*to_json)(const Station&);
    Schemes schemes;

    /// Whether a bridge of a user station would use such an upstream, its ordinary connection;
    /// null: none can.
    bool (*is_bridged)(const Station&, const Upstream&) = nullptr;
};

/// Of bridges that have names.
template <class Bridges>
bool is_named(const Bridges& bridges, const Upstream& upstream)
{
    return std::ranges::any_of(
        bridges, [&](const auto& bridge) { return bridge.service == upstream.service; });
}

constexpr Protocol kProtocols[] = {
    {"beacon", read_beacon, beacon_json, Schemes::kHttp,
     [](const Station& station, const Upstream&) {
         return station.beacon.has_value();
     }},
    {"bitcoin", read_bitcoin, bitcoin_json, Schemes::kTcp},
    {"ethereum", read_ethereum, ethereum_json, Schemes::kHttp,
     [](const Station& station, const Upstream&) {
         return !station.ethereum.empty();
     }},
    {"http", read_http, http_json, Schemes::kHttp,
     [](const Station& station, const Upstream& node) {
         return is_named(station.http, node);
     }},
    {"json_rpc", read_json_rpc, json_rpc_json, Schemes::kHttp,
     [](const Station& station, const Upstream& node) {
         return is_named(station.json_rpc, node);
     }},
    {"solana", read_solana, solana_json, Schemes::kHttp,
     [](const Station& station, const Upstream&) {
         return !station.solana.empty();
     }},
    {"tcp", read_tcp, tcp_json, Schemes::kTcp},
    {"tun", read_tun, tun_json, Schemes::kNone},
};

TomlSection::Keys names()
{
    TomlSection::Keys all;
    for (const auto& protocol : kProtocols)
        all.push_back(protocol.name);
    return all;
}

} // namespace

std::vector<std::pair<std::string_view, Schemes>> upstream_protocols(Role role)
{
    std::vector<std::pair<std::string_view, Schemes>> all;
    for (const auto& protocol : kProtocols)
        if (protocol.schemes != Schemes::kNone &&
            (role == Role::kGateway || protocol.is_bridged))
            all.emplace_back(protocol.name, protocol.schemes);
    return all;
}

bool is_bridged(const Station& station, const Upstream& upstream)
{
    const auto protocol = std::ranges::find(kProtocols, upstream.protocol, &Protocol::name);
    return protocol->is_bridged && protocol->is_bridged(station, upstream);
}

void read_bridges(const TomlSection& file, Station& station)
{
    const auto bridges = file.section("bridge", names());
    for (const auto& protocol : kProtocols)
        protocol.read(bridges, station);
}

nlohmann::json bridges_json(const Station& station)
{
    nlohmann::json all = nlohmann::json::object();
    for (const auto& protocol : kProtocols)
        all[std::string(protocol.name)] = protocol.to_json(station);
    return all;
}

void check_is_user(const TomlSection& section, const Station& station)
{
    if (station.role != Role::kUser)
        section.fail("", "belongs to a user station; station.role is \"gateway\"");
}

nlohmann::json local_server_json(const LocalServer& server)
{
    nlohmann::json out{{"listen", server.listen.text()},
                       {"origins", server.origins},
                       {"max_clients", server.max_clients},
                       {"max_request_bytes", server.max_request_bytes},
                       {"max_requests_per_second", server.max_requests_per_second}};
    if (server.token_file)
        out["token_file"] = server.token_file->string();
    return out;
}

nlohmann::json keys_json(const std::vector<PublicKey>& keys)
{
    nlohmann::json all = nlohmann::json::array();
    for (const auto& key : keys)
        all.push_back(to_base64(key));
    return all;
}

} // namespace depinsat::config
