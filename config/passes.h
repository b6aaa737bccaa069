#pragma once

#include "config/addresses.h"

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

/// WGS 84.
struct Position {
    double latitude_deg = 0, longitude_deg = 0, altitude_m = 0;
};

/// `[passes]`: what `depinsat passes` computes with. The daemon reads none of it.
struct Passes {
    /// A peer that must see the satellite, too, so that a pass reaches it.
    struct Far {
        PublicKey station{};
        Position position;
    };
    std::optional<Position> position;
    double minimum_elevation_deg = 10.0;
    std::vector<Orbit> orbits;
    std::vector<Far> stations; ///< others of station.peers are reached by every pass
};

} // namespace depinsat::config
