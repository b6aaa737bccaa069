#include "config/station_sections.h"

#include <nlohmann/json.hpp>

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

} // namespace

Passes read_passes(const TomlSection& file)
{
    const TomlSection section =
        file.section("passes", {"latitude_deg", "longitude_deg", "altitude_m",
                                "minimum_elevation_deg", "orbit"});
    Passes passes;
    if (section.has("latitude_deg") || section.has("longitude_deg") ||
        section.has("altitude_m"))
        passes.position = {section.number("latitude_deg", -90, 90),
                           section.number("longitude_deg", -180, 360),
                           section.number("altitude_m", -500, 50'000, 0.0)};
    passes.minimum_elevation_deg = section.number("minimum_elevation_deg", -5, 90, 10.0);
    for (const auto& orbit : section.sections("orbit", {"file", "path", "satellite"}))
        passes.orbits.push_back(read_orbit(orbit));
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
    nlohmann::json out{{"minimum_elevation_deg", passes.minimum_elevation_deg},
                       {"orbit", orbits}};
    if (passes.position)
        out.update({{"latitude_deg", passes.position->latitude_deg},
                    {"longitude_deg", passes.position->longitude_deg},
                    {"altitude_m", passes.position->altitude_m}});
    return out;
}

} // namespace depinsat::config
