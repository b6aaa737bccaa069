#pragma once

#include "validators/sim_client.h"
#include "validators/sim_node.h"
#include "validators/two_ends.h"

namespace depinsat::test {

struct RunSettings {
    TrafficSettings traffic;
    CarrierSettings carrier;
    uint64_t warm_slots = 64; ///< before anything is counted
    uint64_t measured_slots = 64;
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
struct TrafficWorld {
    static constexpr uint64_t kFirstSlot = 3 * 32 - 2;

    explicit TrafficWorld(const RunSettings&);

    /// Until the slot begins.
    void run_to(uint64_t slot);

    linksim::Events events;
    SimChain chain;
    CarrierSettings carrier;
    SimNode node;
    TwoEnds ends;
    SimClient client;
};

RunResult run(const RunSettings&);

/// A recorded client instead, whose requests leave at their times, or later by as much as what
/// they follow: a head, or the answer to the one before on the same connection.
///
/// @param file  one exchange a line, in JSON: time_s, connection, method (SSE: an event), path,
///              request and response; ends of the run are those of the recording.
/// @throws std::runtime_error if it cannot be read, or does not begin as a client begins.
RunResult replay(const std::string& file, const CarrierSettings&);

} // namespace depinsat::test
