#include "config/station_sections.h"

#include <algorithm>

namespace depinsat::config {
namespace {

using Milliseconds = std::chrono::milliseconds;

constexpr Names<Role, 2> kRoles{{{"user", Role::kUser}, {"gateway", Role::kGateway}}};
constexpr Names<int, 1> kProtocols{{{"ethereum", 0}}};

PublicKey read_key(const TomlSection& section, std::string_view key, const std::string& text)
{
    const auto decoded = from_base64(text);
    if (!decoded)
        section.fail(key, "holds \"" + text.substr(0, 60) + "\", which is no public key",
                     "32 bytes in base64, as `depinsat keygen` prints them");
    return *decoded;
}

void read_identity(const TomlSection& file, Station& station)
{
    const auto section =
        file.section("station", {"name", "role", "key_file", "former_key_file", "peers"});
    station.name = read_word(section, "name");
    station.role = section.choice("role", kRoles);
    station.key_file = section.path("key_file");
    if (section.has("former_key_file")) {
        if (station.role != Role::kGateway)
            section.fail("former_key_file", "belongs to a gateway; station.role is \"user\"");
        station.former_key_file = section.path("former_key_file");
    }
    for (const auto& text : section.texts("peers")) {
        const PublicKey peer = read_key(section, "peers", text);
        if (std::count(station.peers.begin(), station.peers.end(), peer))
            section.fail("peers", "holds " + text + " twice");
        station.peers.push_back(peer);
    }
    if (station.peers.empty())
        section.fail("peers", "is empty", "at least one public key");
}

void read_upstreams(const TomlSection& file, Station& station)
{
    for (const auto& section : file.sections("upstream", {"protocol", "url", "timeout_ms"})) {
        if (station.role != Role::kGateway)
            section.fail("", "belongs to a gateway; station.role is \"user\"");
        Upstream upstream;
        section.choice("protocol", kProtocols);
        upstream.protocol = section.text("protocol");
        if (!station.upstreams.empty())
            section.fail("protocol", "has an upstream already", "one of each protocol");
        const std::string url = section.text("url");
        const auto parsed = parse_url(url);
        if (url.starts_with("https://"))
            section.fail("url", "is https, which is not supported",
                         "http://HOST[:PORT][/PATH]");
        if (!parsed)
            section.fail("url", "is \"" + url.substr(0, 60) + '"', "http://HOST[:PORT][/PATH]");
        upstream.url = *parsed;
        upstream.timeout = Milliseconds(section.integer("timeout_ms", 10, 600'000, 5000));
        station.upstreams.push_back(std::move(upstream));
    }
    if (station.role == Role::kGateway && station.upstreams.empty())
        file.fail("upstream", "is missing; a gateway needs one", "[[upstream]] sections");
}

Listen read_listen(const TomlSection& section, const Station& station)
{
    const auto listen = parse_listen(section.text("listen"));
    if (!listen)
        section.fail("listen", "is \"" + section.text("listen").substr(0, 60) + '"',
                     "127.0.0.1:PORT, localhost:PORT, [::1]:PORT");
    for (const auto& bridge : station.ethereum)
        if (bridge.listen == *listen)
            section.fail("listen", "is used twice");
    return *listen;
}

PublicKey read_gateway(const TomlSection& section, const Station& station)
{
    if (!section.has("gateway")) {
        if (station.peers.size() == 1)
            return station.peers.front();
        section.fail("gateway", "is missing, and there are several peers",
                     "one of station.peers");
    }
    const PublicKey key = read_key(section, "gateway", section.text("gateway"));
    if (!std::count(station.peers.begin(), station.peers.end(), key))
        section.fail("gateway", "is not among station.peers");
    return key;
}

void read_bridges(const TomlSection& file, Station& station)
{
    const auto bridges = file.section("bridge", {"ethereum"});
    for (const auto& section :
         bridges.sections("ethereum", {"listen", "gateway", "timeout_ms"})) {
        if (station.role != Role::kUser)
            section.fail("", "belongs to a user station; station.role is \"gateway\"");
        EthereumBridge bridge;
        bridge.listen = read_listen(section, station);
        bridge.gateway = read_gateway(section, station);
        bridge.timeout = Milliseconds(section.integer("timeout_ms", 10, 600'000, 10000));
        station.ethereum.push_back(std::move(bridge));
    }
}

void read_link(const TomlSection& file, Station& station)
{
    const auto link =
        file.section("link", {"delay_ms", "delay_asymmetry_ms", "journal", "journal_max_mb"});
    station.link_delay = Milliseconds(link.integer("delay_ms", 1, 3000, 250));
    station.link_delay_asymmetry =
        Milliseconds(link.integer("delay_asymmetry_ms", 0, 3000, 20));
    station.journal =
        link.has("journal")
            ? link.path("journal")
            : std::filesystem::path(station.key_file).replace_extension("journal");
    if (station.journal == station.key_file)
        link.fail("journal", "is the key file");
    station.journal_max_bytes = size_t(link.integer("journal_max_mb", 4, 65536, 256)) << 20;
}

Station read(const TomlSection& file)
{
    Station station;
    read_identity(file, station);
    station.waveform = read_waveform(file);
    station.radio = read_radio(file, station.waveform);
    station.transmit = read_transmit(file, station);
    station.modem = read_modem(file, station.name);
    read_link(file, station);
    read_upstreams(file, station);
    read_bridges(file, station);
    const auto telemetry = file.section("telemetry", {"listen"});
    if (telemetry.has("listen"))
        station.telemetry = read_listen(telemetry, station);
    return station;
}

template <class Open>
Station read_with(Open open)
{
    return read(open(TomlSection::Keys{"station", "waveform", "radio", "transmit", "modem",
                                       "link", "upstream", "bridge", "telemetry"}));
}

} // namespace

Station read_station(const std::filesystem::path& file)
{
    return read_with([&](auto keys) { return TomlSection::parse_file(file, keys); });
}

Station parse_station(std::string_view text, const std::filesystem::path& name)
{
    return read_with([&](auto keys) { return TomlSection::parse(text, name, keys); });
}

} // namespace depinsat::config
