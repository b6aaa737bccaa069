#pragma once

#include "validators/carrier.h"
#include "validators/sim_client.h"
#include "validators/sim_node.h"

namespace depinsat::test {

struct RunSettings {
    TrafficSettings traffic;
    CarrierSettings carrier;
    uint64_t warm_slots = 64; ///< before anything is counted
    uint64_t measured_slots = 64;
};

/// What one direction of the link carried.
struct Direction {
    uint64_t bytes = 0;   ///< of packets, acknowledgements and reports included
    uint64_t packets = 0; ///< at most one in a frame
    uint64_t segments = 0, segments_repeated = 0;
    std::map<uint8_t, Load> messages; ///< by kind
};

struct RunResult {
    std::vector<Arrival> arrivals; ///< of the measured slots
    uint64_t duties = 0;           ///< attestations that were due in these
    uint64_t client_errors = 0;
    std::string last_error;
    double seconds = 0;
    Direction down, up;
    bridge::beacon::EdgeCounters edge;
    std::map<std::string, uint64_t> node_requests;

    /// Seconds after the head, ascending.
    std::vector<double> after_head(const std::string& kind) const;
    std::vector<double> into_slot(const std::string& kind) const;
    bool all_right() const;
};

/// Client, edge, link, gateway and node in virtual time.
RunResult run(const RunSettings&);

} // namespace depinsat::test
