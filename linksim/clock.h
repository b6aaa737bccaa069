#pragma once

#include "depinsat/link/link.h"

#include <vector>

namespace depinsat::linksim {

using link::Time;

/// From `from` on the wall clock is wrong by `wrong`; nobody sets it right where `bound` is
/// none.
struct WallStep {
    Time from{}, wrong{};
    std::optional<Time> bound{};
};

/// The clocks of a station, by virtual time, which is also true Unix time but for kEpoch.
struct Clock {
    Time origin{};                ///< of the monotonic clock at the start
    double fast_ppm = 0;          ///< how much too fast it runs
    std::vector<WallStep> wall{}; ///< ascending; none: the link is told no wall clock

    Time at(Time time) const { return origin + time + part(time); }

    /// The virtual time at which the clock shows `local`.
    Time when(Time local) const
    {
        if (local == Time::max() || local == Time::min())
            return local;
        const Time since = local - origin;
        return since - Time(int64_t(double(since.count()) * fast_ppm / (1e6 + fast_ppm)));
    }

    const WallStep* wall_at(Time time) const
    {
        const WallStep* last = nullptr;
        for (const WallStep& step : wall)
            if (step.from <= time)
                last = &step;
        return last;
    }

private:
    Time part(Time time) const { return Time(int64_t(double(time.count()) * fast_ppm / 1e6)); }
};

/// Unix time at the start of a simulation.
inline constexpr Time kEpoch = std::chrono::hours(24 * 20600);

} // namespace depinsat::linksim
