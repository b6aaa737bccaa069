#pragma once

#include "depinsat/core/types.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace depinsat::sync {

/// The latest symbols of an endless stream, numbered from its start.
class SymbolBuffer
{
public:
    uint64_t begin() const { return first_; }
    uint64_t end() const { return first_ + (symbols_.size() - dropped_); }

    /// @param time  of the symbol, in input samples.
    void push(Sample symbol, double time);

    /// push() of each.
    void append(std::span<const Sample> symbols, std::span<const double> times);

    /// Symbols [first, first + count), which must be there.
    std::span<const Sample> view(uint64_t first, size_t count) const;
    double time(uint64_t index) const;

    /// Forgets the symbols before `index`.
    void drop_before(uint64_t index);

    /// Makes the symbols look as if the carrier had been taken down by `cycles_per_sample` all
    /// the time, with no change of phase at the time `anchor`.
    void recentre(double cycles_per_sample, double anchor);

    void conjugate();

private:
    std::vector<Sample> symbols_;
    std::vector<double> times_;
    uint64_t first_ = 0;
    size_t dropped_ = 0; // symbols at the front of the vectors that are forgotten
};

} // namespace depinsat::sync
