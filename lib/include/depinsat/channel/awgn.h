#pragma once

#include "depinsat/channel/gaussian.h"
#include "depinsat/core/types.h"

#include <cstdint>
#include <span>

namespace depinsat::channel {

/// White Gaussian noise for a given Es/N0.
///
/// Shape     adds to the samples in place, any number of them.
/// Scale     the wanted signal has mean power 1 per sample, so that each sample gets noise of
///           variance samples_per_symbol / (Es/N0), half of it in each of I and Q.
/// Threads   one object per thread; the noise does not depend on how the samples are cut.
class Awgn
{
public:
    /// @param es_n0_db          -30 to 100 dB
    /// @param samples_per_symbol sample rate by symbol rate, 1 or more
    /// @throws std::invalid_argument outside these ranges.
    Awgn(double es_n0_db, double samples_per_symbol, uint64_t seed);

    void add_to(std::span<Sample> samples);

    /// Mean power of the noise in one complex sample.
    double variance() const { return variance_; }

private:
    double variance_;
    float deviation_; ///< of I and of Q
    Gaussian gaussian_;
};

} // namespace depinsat::channel
