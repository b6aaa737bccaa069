#include "config/station_sections.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <charconv>

namespace depinsat::config {
namespace {

constexpr Names<IpTraffic::Protocol, 4> kProtocols{{{"any", IpTraffic::Protocol::kAny},
                                                    {"icmp", IpTraffic::Protocol::kIcmp},
                                                    {"tcp", IpTraffic::Protocol::kTcp},
                                                    {"udp", IpTraffic::Protocol::kUdp}}};
constexpr size_t kMaxDeviceName = 15; ///< IFNAMSIZ less its zero

std::optional<uint16_t> parse_port(std::string_view digits)
{
    uint16_t port = 0;
    const auto [end, error] =
        std::from_chars(digits.data(), digits.data() + digits.size(), port);
    if (error != std::errc{} || end != digits.data() + digits.size() || port == 0)
        return {};
    return port;
}

/// Each text of a list, as `parse` reads it.
template <class Value>
std::vector<Value> read_all(const TomlSection& section,
                            std::string_view key,
                            std::optional<Value> (*parse)(std::string_view),
                            const char* allowed)
{
    std::vector<Value> all;
    for (const auto& text : section.texts(key)) {
        const auto value = parse(text);
        if (!value)
            section.fail(key, "holds \"" + text.substr(0, 60) + '"', allowed);
        all.push_back(*value);
    }
    return all;
}

std::vector<IpTraffic>
read_traffic(const TomlSection& section, std::string_view key, std::vector<IpTraffic> fallback)
{
    if (!section.has(key))
        return fallback;
    return read_all(section, key, parse_ip_traffic,
                    "\"any\", \"icmp\", \"tcp\", \"udp\", \"tcp:22\", \"udp:5000-5010\"");
}

std::vector<IpPrefix> read_prefixes(const TomlSection& section, std::string_view key)
{
    return read_all(section, key, parse_ip_prefix, "\"10.66.0.2/24\", \"fd66::2/64\"");
}

std::string read_device(const TomlSection& section)
{
    const std::string name = section.text("device", TunBridge{}.device);
    const auto allowed = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '-' || c == '_';
    };
    if (name.size() > kMaxDeviceName || !std::ranges::all_of(name, allowed))
        section.fail("device", "is \"" + name.substr(0, 60) + '"',
                     "1 to 15 of a-z, A-Z, 0-9, \"-\" and \"_\"");
    return name;
}

std::vector<TunStation> read_stations(const TomlSection& tun, const Station& station)
{
    std::vector<TunStation> all;
    for (const auto& section : tun.sections("stations", {"station", "networks"})) {
        if (station.role != Role::kGateway)
            section.fail("", "belongs to a gateway; station.role is \"user\"");
        TunStation one;
        one.station = read_key(section, "station", section.text("station"));
        if (!std::ranges::count(station.peers, one.station))
            section.fail("station", "is none of station.peers");
        if (std::ranges::count(all, one.station, &TunStation::station))
            section.fail("station", "is used twice");
        one.networks = read_prefixes(section, "networks");
        if (one.networks.empty())
            section.fail("networks", "is missing or empty",
                         "the networks of that station, such as [\"10.66.0.2\"]");
        all.push_back(std::move(one));
    }
    if (station.role == Role::kGateway && all.empty())
        tun.fail("stations", "is missing", "[[bridge.tun.stations]] sections");
    return all;
}

nlohmann::json texts_json(const auto& all)
{
    nlohmann::json texts = nlohmann::json::array();
    for (const auto& one : all)
        texts.push_back(one.text());
    return texts;
}

} // namespace

std::string IpTraffic::text() const
{
    std::string out;
    for (const auto& [name, value] : kProtocols)
        if (value == protocol)
            out = name;
    if (any_port)
        return out;
    out += ':' + std::to_string(first_port);
    return first_port == last_port ? out : out + '-' + std::to_string(last_port);
}

std::optional<IpTraffic> parse_ip_traffic(std::string_view text)
{
    const size_t colon = text.find(':');
    const auto found =
        std::ranges::find(kProtocols, text.substr(0, colon),
                          &std::pair<std::string_view, IpTraffic::Protocol>::first);
    if (found == kProtocols.end())
        return {};
    IpTraffic traffic{found->second};
    if (colon == text.npos)
        return traffic;
    if (traffic.protocol != IpTraffic::Protocol::kTcp &&
        traffic.protocol != IpTraffic::Protocol::kUdp)
        return {};
    const std::string_view ports = text.substr(colon + 1);
    const size_t dash = ports.find('-');
    const auto first = parse_port(ports.substr(0, dash));
    const auto last = dash == ports.npos ? first : parse_port(ports.substr(dash + 1));
    if (!first || !last || *last < *first)
        return {};
    return IpTraffic{traffic.protocol, *first, *last, false};
}

void read_tun(const TomlSection& bridges, Station& station)
{
    const TunBridge defaults;
    for (const auto& section :
         bridges.sections("tun", {"device", "addresses", "mtu", "allow", "deny", "lifetime_ms",
                                  "max_waiting_bytes", "stations", "gateway"})) {
        if (station.tun)
            section.fail("", "is there twice");
        TunBridge tun;
        tun.device = read_device(section);
        if (section.has("addresses"))
            tun.addresses = read_prefixes(section, "addresses");
        tun.mtu = unsigned(section.integer("mtu", 576, 9000, defaults.mtu));
        tun.allow = read_traffic(section, "allow", defaults.allow);
        tun.deny = read_traffic(section, "deny", defaults.deny);
        tun.lifetime = std::chrono::milliseconds(
            section.integer("lifetime_ms", 100, 600'000, defaults.lifetime.count()));
        if (section.has("max_waiting_bytes"))
            tun.max_waiting_bytes =
                size_t(section.integer("max_waiting_bytes", 16'384, 1 << 24));
        tun.stations = read_stations(section, station);
        if (station.role == Role::kUser)
            tun.gateways = read_gateways_of(section, station);
        else if (section.has("gateway"))
            section.fail("gateway", "belongs to a user station; station.role is \"gateway\"");
        station.tun = std::move(tun);
    }
}

nlohmann::json tun_json(const Station& station)
{
    if (!station.tun)
        return nullptr;
    const TunBridge& tun = *station.tun;
    nlohmann::json stations = nlohmann::json::array();
    for (const auto& one : tun.stations)
        stations.push_back(
            {{"station", to_base64(one.station)}, {"networks", texts_json(one.networks)}});
    nlohmann::json out{{"device", tun.device},
                       {"addresses", texts_json(tun.addresses)},
                       {"mtu", tun.mtu},
                       {"allow", texts_json(tun.allow)},
                       {"deny", texts_json(tun.deny)},
                       {"lifetime_ms", tun.lifetime.count()},
                       {"stations", std::move(stations)},
                       {"gateways", keys_json(tun.gateways)}};
    if (tun.max_waiting_bytes)
        out["max_waiting_bytes"] = *tun.max_waiting_bytes;
    return out;
}

} // namespace depinsat::config
