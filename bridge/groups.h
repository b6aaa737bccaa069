#pragma once

#include "config/station.h"
#include "depinsat/link/group.h"

#include <vector>

namespace depinsat::bridge {

/// The groups of a station with their keys, in the order of the file; ids count from 0. Runs of
/// a sender are numbered by the seconds of the system's clock.
/// @throws std::runtime_error naming the key of station.toml, if a key file cannot be read, two
///         hold the same key, or this station stands among the senders.
std::vector<link::Group> load_groups(const config::Station&, const link::KeyPair& own);

} // namespace depinsat::bridge
