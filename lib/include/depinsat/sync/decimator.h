#pragma once

#include "depinsat/core/types.h"

#include <cstddef>
#include <span>
#include <vector>

namespace depinsat::sync {

/// Halves the sample rate: half-band filter, of which every second tap is zero.
///
/// Sample k that comes out lies at the time of sample 2 k that went in; zeros stand before
/// sample 0.
class HalfbandDecimator
{
public:
    /// @param pass_band  cycles per input sample, 0 to 0.24: what lies within +- pass_band is
    ///                   passed, and nothing folds onto it.
    explicit HalfbandDecimator(double pass_band);

    /// Puts out what can be put out, at the end of `out`.
    void process(std::span<const Sample> in, std::vector<Sample>& out);

    /// Samples behind the time of an output before it comes out.
    size_t delay() const { return 2 * side_ - 1; }

    void reset();

private:
    void put_out(std::vector<Sample>& out);

    size_t side_;             // taps on one side of the centre that are not zero
    std::vector<float> taps_; // 2 * side_, each twice, for I and Q
    std::vector<Sample> even_, odd_;
    bool next_is_odd_ = false;
};

/// Brings any sample rate to 2 to 4 samples a symbol, by halving it; below that it does
/// nothing.
///
/// Sample k that comes out lies at the time of sample k * factor() that went in.
///
/// Range     any rate. The band of a signal of roll-off 0.35 that is off by a fifth of the
///           symbol rate is kept.
/// Accuracy  ripple and what folds onto that band: below -60 dB; shown by sync/decimator_test.
/// Cost      about 2.5 ns per input sample at four samples a symbol, less at more.
class Decimator
{
public:
    /// @param samples_per_symbol  of the input, above 0.
    explicit Decimator(double samples_per_symbol);

    size_t factor() const { return size_t(1) << stages_.size(); }

    /// Input samples behind the time of an output before it comes out.
    size_t delay() const;

    /// @return what comes out, until the next call.
    std::span<const Sample> process(std::span<const Sample> in);

    /// Forgets what went in.
    void reset();

private:
    std::vector<HalfbandDecimator> stages_;
    std::vector<Sample> out_, between_;
};

} // namespace depinsat::sync
