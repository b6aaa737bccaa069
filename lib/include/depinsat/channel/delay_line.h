#pragma once

#include "depinsat/core/types.h"

#include <cstddef>
#include <span>
#include <vector>

namespace depinsat::channel {

/// Delay by whole samples; zeros come out first.
///
/// Shape     in place, any number of samples.
/// Range     0 to kMaxDelay samples; memory is taken in the constructor.
class DelayLine
{
public:
    static constexpr size_t kMaxDelay = size_t(1) << 28; ///< 2 GB

    /// @throws std::invalid_argument above kMaxDelay.
    explicit DelayLine(size_t delay);

    void process(std::span<Sample> samples);

    size_t delay() const { return ring_.size(); }

private:
    std::vector<Sample> ring_;
    size_t position_ = 0; ///< of the oldest sample
};

} // namespace depinsat::channel
