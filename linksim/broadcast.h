#pragma once

#include "linksim/report.h"
#include "linksim/scenario.h"

#include <functional>

namespace depinsat::linksim {

/// One object from a station to all members of a group, who say nothing.
struct Broadcast {
    static constexpr const char* kName = "broadcast";
    static constexpr const char* kAbout = "an object of 1 MB to 10000 receivers without a "
                                          "return path, 800-byte frames, 10 % loss";

    size_t receivers = 10000;
    size_t object_bytes = 1000000;
    Direction down{.bits_per_second = 512e3, .frame_bytes = 800, .loss = {0.1}};

    /// A receiver has completed in time if it had the object before what it received was more
    /// than so much longer than the object.
    double allowed = 0.05;
    double share = 0.9999; ///< of the receivers that must
};

/// Runs the real link of the sender and of each receiver, one receiver after the other: each
/// opens every packet that reaches it, and decodes.
/// @param go_on  asked after each receiver; false ends the run with those so far.
Report
run_broadcast(const Broadcast&, uint64_t seed, const std::function<bool(size_t done)>& go_on);

} // namespace depinsat::linksim
