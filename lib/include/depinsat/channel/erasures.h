#pragma once

#include <cmath>
#include <cstdint>

namespace depinsat::channel {

/// Stretches of time that are lost at random: each of `seconds`, independent of all others,
/// with probability `share`. The same seed loses the same stretches, in whatever order they are
/// asked for.
///
/// Range  0 <= share <= 1, seconds > 0; checked by config::Satellite.
/// Cost   two hashes.
struct Erasures {
    double share = 0, seconds = 1;
    uint64_t seed = 0;

    /// @return whether `time_s` lies in a lost stretch; never before 0.
    bool at(double time_s) const
    {
        if (!(time_s >= 0))
            return false;
        const uint64_t drawn = mix(mix(seed) + uint64_t(time_s / seconds));
        return std::ldexp(double(drawn >> 11), -53) < share;
    }

private:
    /// SplitMix64 (Steele, Lea, Flood 2014): neighbours become independent.
    static uint64_t mix(uint64_t x)
    {
        x += 0x9E3779B97F4A7C15;
        x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
        x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
        return x ^ (x >> 31);
    }
};

} // namespace depinsat::channel
