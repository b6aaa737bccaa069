#pragma once

#include "depinsat/core/types.h"
#include "depinsat/modulation/constellation.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace depinsat::reference {

/// Max-log LLR in nats of bit `bit` (0: most significant) of a label, from the distances to all
/// points: (min |y - p1|^2 - min |y - p0|^2) / N0.
inline double max_log_llr(const modulation::Constellation& constellation,
                          std::complex<double> y,
                          double n0,
                          unsigned bit)
{
    double nearest[2] = {std::numeric_limits<double>::infinity(),
                         std::numeric_limits<double>::infinity()};
    for (size_t label = 0; label < constellation.points.size(); ++label) {
        const auto value = label >> (constellation.bits_per_symbol - 1 - bit) & 1;
        const std::complex<double> point(constellation.points[label]);
        nearest[value] = std::min(nearest[value], std::norm(y - point));
    }
    return (nearest[1] - nearest[0]) / n0;
}

} // namespace depinsat::reference
