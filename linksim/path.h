#pragma once

#include "linksim/scenario.h"

#include <random>
#include <span>

namespace depinsat::linksim {

/// Whether the frames of one direction to one receiver arrive.
class Path
{
public:
    /// @param outages  outlive the path.
    Path(const Loss&, std::span<const Outage> outages, uint64_t seed);

    /// Of the frame that ends on air at `end`; frames are asked for in order.
    bool arrives(Time end);

private:
    bool chance(double share);

    Loss loss_;
    std::span<const Outage> outages_;
    std::mt19937_64 random_;
    bool bad_ = false; ///< in a burst
};

} // namespace depinsat::linksim
