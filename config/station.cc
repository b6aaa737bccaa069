#include "config/station_sections.h"

#include <algorithm>

namespace depinsat::config {
namespace {

using Milliseconds = std::chrono::milliseconds;

constexpr Names<Role, 2> kRoles{{{"user", Role::kUser}, {"gateway", Role::kGateway}}};

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
    station.groups = read_groups(file);
    if (station.peers.empty() && station.groups.empty())
        section.fail("peers", "is empty", "at least one public key, or [[groups]]");
}

void read_link(const TomlSection& file, Station& station)
{
    const auto link =
        file.section("link", {"delay_ms", "delay_asymmetry_ms", "journal", "journal_max_mb"});
    station.paths =
        read_paths(file, station.name, Milliseconds(link.integer("delay_ms", 1, 3000, 250)));
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

void read_dictionaries(const TomlSection& file, Station& station)
{
    const auto section = file.section("dictionaries", {"folder", "max_kb"});
    if (section.has("folder"))
        station.dictionaries = section.path("folder");
    if (section.has("max_kb") && station.role != Role::kUser)
        section.fail("max_kb", "belongs to a user station; gateways ask for none");
    station.max_dictionary_bytes = size_t(section.integer("max_kb", 0, 256, 64)) << 10;
}

Station read(const TomlSection& file)
{
    Station station;
    read_identity(file, station);
    read_link(file, station);
    station.contacts = read_contacts(file, station);
    station.passes = read_passes(file, station);
    read_dictionaries(file, station);
    read_upstreams(file, station);
    read_gateways(file, station);
    read_bridges(file, station);
    check_ordinary(file, station);
    if (station.role == Role::kGateway && station.upstreams.empty() && !station.tun)
        file.fail("upstream", "is missing; a gateway needs one", "[[upstream]] sections");
    const auto telemetry = file.section("telemetry", local_server_keys({}));
    if (telemetry.has("listen"))
        station.telemetry = read_local_server(telemetry, station);
    return station;
}

template <class Open>
Station read_with(Open open)
{
    return read(open(TomlSection::Keys{
        "station", "waveform", "radio", "transmit", "modem", "path", "link", "contacts",
        "dictionaries", "groups", "passes", "upstream", "gateway", "bridge", "telemetry"}));
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
