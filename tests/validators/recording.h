#pragma once

#include "bridge/beacon/api.h"
#include "bridge/beacon/consensus.h"
#include "linksim/events.h"

#include <map>

namespace depinsat::test {

/// One exchange of a real client with a real node.
struct Record {
    linksim::Time at{}; ///< since the first one
    uint64_t connection = 0;
    bridge::beacon::ApiRequest request;
    std::string response;
};

/// Requests in the order in which they left.
struct Recording {
    bridge::beacon::Chain chain;
    bridge::beacon::UnixTime begin{};
    std::vector<Record> requests;
    std::vector<linksim::Time> events;              ///< heads
    std::map<uint64_t, bridge::beacon::Root> heads; ///< by slot, as sync messages name them
    std::map<uint64_t, bridge::beacon::Root> dependents; ///< of proposers, by epoch
};

/// @throws std::runtime_error as replay() (run.h).
Recording read_recording(const std::string& file);

bool posts_to(const bridge::beacon::ApiRequest&, std::string_view part);

} // namespace depinsat::test
