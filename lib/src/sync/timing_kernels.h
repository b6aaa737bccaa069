#pragma once

#include "depinsat/core/types.h"
#include "depinsat/sync/timing_filters.h"

#include <cstddef>
#include <span>

namespace depinsat::sync {

/// A row of polyphase filters: each tap twice, for I and Q; phases one after another.
struct FilterBank {
    const float* taps;
    size_t floats; ///< of one phase, a multiple of 16
};

/// outputs[i] = the samples from places[i].window on, weighed with the taps of its phase.
void filter_windows(std::span<const FilterPlace> places,
                    const Sample* samples,
                    const FilterBank& bank,
                    Sample* outputs);

/// The same with two banks at once.
void filter_windows(std::span<const FilterPlace> places,
                    const Sample* samples,
                    const FilterBank& bank0,
                    const FilterBank& bank1,
                    Sample* outputs0,
                    Sample* outputs1);

} // namespace depinsat::sync
