#pragma once

#include "linksim/simulation.h"

#include <nlohmann/json.hpp>

namespace depinsat::linksim {

/// What a run came to.
struct Report {
    nlohmann::ordered_json json;
    bool figures_met = true;   ///< those of the scenario
    bool nothing_wrong = true; ///< no invariant broken
};

/// @param cpu_seconds  that the run took.
Report report(const Simulation&, uint64_t seed, double cpu_seconds);

} // namespace depinsat::linksim
