#pragma once

#include "config/station.h"

#include <nlohmann/json_fwd.hpp>

/// Readers of the parts of station.toml, for station.cc.
namespace depinsat::config {

template <class T, size_t N>
using Names = std::array<std::pair<std::string_view, T>, N>;

/// One word of a-z, 0-9 and "-": it becomes part of paths.
std::string read_word(const TomlSection&, std::string_view key);

/// The name of one of the station's groups, which it sends to or listens to; may be missing.
std::string read_group_name(const TomlSection&, const Station&, bool sends);

/// A ZeroMQ endpoint, if there is one.
std::optional<std::string> read_endpoint(const TomlSection&, std::string_view key);

/// Every [[path]], or the one of [waveform], [radio], [transmit] and [modem].
/// @param delay  of [link].
std::vector<Path> read_paths(const TomlSection& file,
                             const std::string& station,
                             std::chrono::milliseconds delay);
nlohmann::json path_json(const Path&);

/// [contacts].
/// @param station  with its paths.
std::optional<Contacts> read_contacts(const TomlSection& file, const Station& station);
nlohmann::json contacts_json(const Station& station);

// Of a file, or of one [[path]].
Waveform read_waveform(const TomlSection& file);
Radio read_radio(const TomlSection& file, const Waveform&);
Transmit read_transmit(const TomlSection& file, const Waveform&, const Radio&);

/// The keys predistortion and predistortion_gain of [transmit].
void read_predistortion(const TomlSection& section, Transmit& transmit);

/// The key `listen`; no two servers of a station listen at the same place.
Listen read_listen(const TomlSection&, Station&);

/// A public key in base64.
PublicKey read_key(const TomlSection&, std::string_view key, const std::string& text);

/// What the URL of an upstream may begin with.
enum class Schemes : uint8_t { kNone, kHttp, kTcp };

/// The protocols that have upstreams at a station of this role.
std::vector<std::pair<std::string_view, Schemes>> upstream_protocols(Role);

/// Whether a bridge of this user station would use the upstream.
bool is_bridged(const Station&, const Upstream&);

void read_upstreams(const TomlSection& file, Station&);

/// Refuses upstreams of a user station that none of its bridges would use.
void check_ordinary(const TomlSection& file, const Station&);
void read_gateways(const TomlSection& file, Station&);
nlohmann::json upstreams_json(const Station&);
nlohmann::json gateways_json(const Station&);

/// Every protocol's `[[bridge.*]]`; the table of protocols stands in station_bridges.cc.
void read_bridges(const TomlSection& file, Station&);
nlohmann::json bridges_json(const Station&);

/// For the files of the protocols. `bridges` is [bridge].
void check_is_user(const TomlSection&, const Station&);

/// The key `gateway` of a bridge, else every gateway of the station.
std::vector<PublicKey> read_gateways_of(const TomlSection&, const Station&);
nlohmann::json local_server_json(const LocalServer&);
nlohmann::json keys_json(const std::vector<PublicKey>&);

void read_beacon(const TomlSection& bridges, Station&);
nlohmann::json beacon_json(const Station&);

/// The key `network` of Bitcoin.
std::string read_bitcoin_network(const TomlSection&);
void read_bitcoin(const TomlSection& bridges, Station&);
nlohmann::json bitcoin_json(const Station&);
void read_ethereum(const TomlSection& bridges, Station&);
nlohmann::json ethereum_json(const Station&);
/// The method table of a bridge: `methods`, and those of `methods_file`.
std::vector<JsonRpcMethod> read_methods(const TomlSection&);
nlohmann::json methods_json(const std::vector<JsonRpcMethod>&);
void read_json_rpc(const TomlSection& bridges, Station&);
nlohmann::json json_rpc_json(const Station&);
void read_solana(const TomlSection& bridges, Station&);
nlohmann::json solana_json(const Station&);
void read_http(const TomlSection& bridges, Station&);
nlohmann::json http_json(const Station&);
void read_tcp(const TomlSection& bridges, Station&);
nlohmann::json tcp_json(const Station&);
void read_tun(const TomlSection& bridges, Station&);
nlohmann::json tun_json(const Station&);

/// @param station, path  their names; the latter may be empty.
/// @param taken  endpoints of the station's other modems; those of this one are added.
Modem read_modem(const TomlSection& file,
                 const std::string& station,
                 const std::string& path,
                 std::vector<std::string>& taken);

/// [passes].
/// @param station  with its peers.
Passes read_passes(const TomlSection& file, const Station& station);
nlohmann::json passes_json(const Passes&);

/// Every [[groups]].
std::vector<Group> read_groups(const TomlSection& file);
nlohmann::json groups_json(const std::vector<Group>&);

} // namespace depinsat::config
