#include "linksim/path.h"

namespace depinsat::linksim {

Path::Path(const Loss& loss, std::span<const Outage> outages, uint64_t seed)
    : loss_(loss), outages_(outages), random_(seed)
{}

bool Path::chance(double share)
{
    return std::uniform_real_distribution<>()(random_) < share;
}

bool Path::arrives(Time end)
{
    for (const Outage& outage : outages_)
        if (end >= outage.start && end < outage.start + outage.length)
            return false;
    if (loss_.share <= 0)
        return true;
    if (loss_.mean_burst_frames <= 1)
        return !chance(loss_.share);
    // In equilibrium the share of bad frames is enter / (enter + leave).
    const double leave = 1 / loss_.mean_burst_frames;
    const double enter = leave * loss_.share / (1 - loss_.share);
    bad_ = bad_ ? !chance(leave) : chance(enter);
    return !bad_;
}

} // namespace depinsat::linksim
