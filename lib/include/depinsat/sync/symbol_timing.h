#pragma once

#include "depinsat/core/types.h"
#include "depinsat/sync/symbol_buffer.h"
#include "depinsat/sync/timing_filters.h"
#include "depinsat/sync/timing_loop.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace depinsat::sync {

/// Matched filter and symbol clock: samples in, one value per symbol out.
///
/// Knows nothing of the data and works with any carrier phase; an offset costs some noise
/// margin (see recentre()). The first window of TimingLoop is looked at twice: to find the
/// clock, and to put out its symbols, so that those are as good as the later ones.
///
/// Input     samples of mean power 1, pieces of any size; the output does not depend on the
/// cuts. Cost      about 11 ns per symbol at two samples a symbol and roll-off 0.2.
class SymbolTiming
{
public:
    /// @param samples_per_symbol  1.2 to 8, and 1 + rolloff or more.
    /// @param rolloff             0.05 to 0.35.
    /// @throws std::invalid_argument if a parameter is out of range.
    SymbolTiming(double samples_per_symbol, double rolloff);

    void process(std::span<const Sample> samples, SymbolBuffer& out);

    /// The input has ended with a run of zeros: puts out what waits for the first window.
    void finish(SymbolBuffer& out);

    /// From the next sample on the carrier lies lower by `cycles_per_sample`: the samples that
    /// are still needed are turned as if that had always been so.
    void recentre(double cycles_per_sample);

    /// From the next sample on the input is conjugated; the samples that are still needed are.
    void conjugate();

    /// Begins again as with sample 0; only the rate of the clock is remembered.
    void restart();

    /// Samples behind the time of a symbol before it comes out.
    size_t half_width() const { return filters_.half_width(); }

    /// Samples taken so far.
    uint64_t samples() const { return uint64_t(first_ + int64_t(history_.size())); }

    const TimingLoop& loop() const { return loop_; }

private:
    bool ready() const;
    void run(SymbolBuffer& out);
    bool collect();
    void put_out(SymbolBuffer& out);
    double judge();
    void move(double samples);
    void carry();
    void start(double shift);
    void forget();
    void place_first();

    TimingFilters filters_;
    TimingLoop loop_;
    double samples_per_symbol_;
    std::vector<Sample> history_;
    int64_t first_ = 0; // number of the sample history_[0]; zeros stand before sample 0
    int64_t base_ = 0;
    uint64_t fraction_ = 0; // the next symbol lies at base_ + fraction_ / kOne
    unsigned symbols_to_product_ = 0;
    unsigned first_products_ = 0;
    bool started_ = false; // the first window is over

    static constexpr uint64_t kOne = uint64_t(1) << 40; // a sample

    // What is worked on at once: as much as the clock is known for.
    static constexpr size_t kMostSymbols =
        TimingLoop::kSymbolsPerProduct * TimingLoop::kProductsPerUpdate;
    std::array<FilterPlace, kMostSymbols> symbol_places_;
    std::array<FilterPlace, TimingLoop::kProductsPerUpdate> product_places_;
    std::array<double, kMostSymbols> times_;
    size_t symbols_ = 0, products_ = 0;
};

} // namespace depinsat::sync
