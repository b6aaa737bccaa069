#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace depinsat::config {

/// Whose orbit is in a file, and the path that points at it.
struct Orbit {
    std::filesystem::path file;       ///< TLE, or OMM as JSON or CSV
    std::string path;                 ///< name of a [[path]]; empty: each satellite's own name
    std::optional<int64_t> satellite; ///< catalogue number; none: all of the file
};

/// `[passes]`: what `depinsat passes` computes with. The daemon reads none of it.
struct Passes {
    struct Position {
        double latitude_deg = 0, longitude_deg = 0, altitude_m = 0; ///< WGS 84
    };
    std::optional<Position> position;
    double minimum_elevation_deg = 10.0;
    std::vector<Orbit> orbits;
};

} // namespace depinsat::config
