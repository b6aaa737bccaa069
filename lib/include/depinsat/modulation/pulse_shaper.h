#pragma once

#include "depinsat/core/types.h"

#include <array>
#include <cstddef>
#include <span>
#include <vector>

namespace depinsat::modulation {

/// Root-raised-cosine pulse shaping: symbols in, an integer number of samples each out.
///
/// Standard  EN 302 307-1, clause 5.6; the filter of root_raised_cosine().
/// Power     symbols that are independent and of mean power 1 give samples of mean power 1.
/// Delay     symbol n is centred on output sample (n + delay_symbols()) * samples_per_symbol.
/// Input     pieces of any size; the output does not depend on how the input was cut.
/// Cost      2 * delay_symbols() + 1 multiply-adds per sample and component, vectorised; no
///           allocation after construction.
class PulseShaper
{
public:
    /// @param samples_per_symbol  2 to 8.
    /// @param rolloff             0.05 to 0.35.
    /// @throws std::invalid_argument if a parameter is out of range.
    PulseShaper(unsigned samples_per_symbol, double rolloff);

    unsigned samples_per_symbol() const { return unsigned(phases_.size()); }
    unsigned delay_symbols() const { return unsigned(tap_count_ / 2); }

    /// @param symbols  any number.
    /// @param samples  symbols.size() * samples_per_symbol(); must not overlap.
    void process(std::span<const Sample> symbols, std::span<Sample> samples);

    /// Forgets the symbols so far, as if they had been zeros.
    void reset();

private:
    static constexpr size_t kBlock = 256;

    void process_block(std::span<const Sample> symbols, Sample* samples);

    size_t tap_count_;                       // of each phase
    std::vector<std::vector<float>> phases_; // taps, for the oldest symbol first
    std::vector<Sample> history_;            // tap_count_ - 1 past symbols, a block, padding
    std::array<Sample, 2 * kBlock> first_output_{}, second_output_{}; // of two phases
};

} // namespace depinsat::modulation
