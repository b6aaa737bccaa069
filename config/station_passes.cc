#include "config/station_sections.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace depinsat::config {
namespace {

constexpr int64_t kMaxCatalogueNumber = 999'999'999; // OMM has nine digits

Orbit read_orbit(const TomlSection& section)
{
    Orbit orbit;
    orbit.file = section.path("file");
    if (section.has("path"))
        orbit.path = read_word(section, "path");
    if (section.has("satellite"))
        orbit.satellite = section.integer("satellite", 1, kMaxCatalogueNumber);
    return orbit;
}

Position read_position(const TomlSection& section)
{
    return {section.number("latitude_deg", -90, 90), section.number("longitude_deg", -180, 360),
            section.number("altitude_m", -500, 50'000, 0.0)};
}

nlohmann::json position_json(const Position& position)
{
    return {{"latitude_deg", position.latitude_deg},
            {"longitude_deg", position.longitude_deg},
            {"altitude_m", position.altitude_m}};
}

std::vector<Passes::Far> read_stations(const TomlSection& passes, const Station& station)
{
    std::vector<Passes::Far> all;
    for (const auto& section : passes.sections(
             "stations", {"station", "latitude_deg", "longitude_deg", "altitude_m"})) {
        const PublicKey key = read_key(section, "station", section.text("station"));
        if (!std::ranges::count(station.peers, key))
            section.fail("station", "is none of station.peers");
        if (std::ranges::count(all, key, &Passes::Far::station))
            section.fail("station", "is used twice");
        all.push_back({key, read_position(section)});
    }
    return all;
}

} // namespace

Passes read_passes(const TomlSection& file, const Station& station)
{
    const TomlSection section =
        file.section("passes", {"latitude_deg", "longitude_deg", "altitude_m",
                                "minimum_elevation_deg", "orbit", "stations"});
    Passes passes;
    if (section.has("latitude_deg") || section.has("longitude_deg") ||
        section.has("altitude_m"))
        passes.position = read_position(section);
    passes.minimum_elevation_deg = section.number("minimum_elevation_deg", -5, 90, 10.0);
    for (const auto& orbit : section.sections("orbit", {"file", "path", "satellite"}))
        passes.orbits.push_back(read_orbit(orbit));
    passes.stations = read_stations(section, station);
    return passes;
}

nlohmann::json passes_json(const Passes& passes)
{
    auto orbits = nlohmann::json::array();
    for (const Orbit& orbit : passes.orbits) {
        orbits.push_back({{"file", orbit.file.string()}});
        if (!orbit.path.empty())
            orbits.back()["path"] = orbit.path;
        if (orbit.satellite)
            orbits.back()["satellite"] = *orbit.satellite;
    }
    auto stations = nlohmann::json::array();
    for (const Passes::Far& far : passes.stations) {
        stations.push_back(position_json(far.position));
        stations.back()["station"] = to_base64(far.station);
    }
    nlohmann::json out{{"minimum_elevation_deg", passes.minimum_elevation_deg},
                       {"orbit", orbits},
                       {"stations", stations}};
    if (passes.position)
        out.update(position_json(*passes.position));
    return out;
}

} // namespace depinsat::config
