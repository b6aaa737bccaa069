#pragma once

#include <algorithm>
#include <cmath>

namespace depinsat::channel {

/// Attenuation that comes and goes: for `seconds` every `period_s`, first at `start_s`; within
/// that it grows over `ramp_s` from 0 to `db`, linear in dB, and goes back over as long.
///
/// Range  seconds <= period_s, 2 * ramp_s <= seconds; checked by config::Satellite.
struct Fade {
    double start_s = 0, seconds = 0, period_s = 0, db = 0, ramp_s = 0;

    /// @return attenuation in dB at time `time_s`, 0 before start_s.
    double at(double time_s) const
    {
        const double since = time_s - start_s;
        if (!(since >= 0))
            return 0;
        const double in = std::fmod(since, period_s);
        if (in >= seconds)
            return 0;
        const double edge = std::min(in, seconds - in);
        return edge >= ramp_s ? db : db * edge / ramp_s;
    }
};

} // namespace depinsat::channel
