#pragma once

#include "depinsat/core/types.h"

#include <cstdint>
#include <span>
#include <vector>

namespace depinsat::waveform {

/// Matched filter that is asked for single symbols, at any time, of samples that it keeps.
///
/// Why       a clock cannot be recovered from symbols at -10 dB, but known ones tell when they
///           were sent: the filter is read where they say.
/// Cost      24 samples_per_symbol multiplications a symbol.
class Dvbs2VlSnrSampler
{
public:
    /// @param samples_per_symbol  1.2 to 32.
    Dvbs2VlSnrSampler(double samples_per_symbol, double rolloff);

    void push(std::span<const Sample> in)
    {
        samples_.insert(samples_.end(), in.begin(), in.end());
    }

    /// Forgets what no symbol at `time` or later needs.
    void drop_before(double time);

    /// @param time  of the symbol in samples of the input; at least begin(), at most end().
    Sample at(double time) const;

    /// Symbols at first, first + step, ...
    void read(double first, double step, std::span<Sample> out) const;

    double begin() const { return double(dropped_) + double(half_); }
    double end() const { return double(dropped_ + samples_.size()) - double(half_) - 2; }
    double samples_per_symbol() const { return samples_per_symbol_; }

private:
    static constexpr unsigned kPhases = 32; // of a sample

    double samples_per_symbol_;
    size_t half_; // samples to one side
    std::vector<float> taps_;
    std::vector<Sample> samples_;
    uint64_t dropped_ = 0;
};

} // namespace depinsat::waveform
