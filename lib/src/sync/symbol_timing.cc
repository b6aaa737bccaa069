#include "depinsat/sync/symbol_timing.h"

#include "depinsat/sync/derotator.h"

#include <cmath>
#include <numbers>

namespace depinsat::sync {

namespace {

constexpr int64_t kForget = 16384; // samples; history is moved in steps of this

} // namespace

SymbolTiming::SymbolTiming(double samples_per_symbol, double rolloff)
    : filters_(samples_per_symbol, rolloff), samples_per_symbol_(samples_per_symbol)
{
    history_.assign(filters_.half_width() + size_t(std::ceil(samples_per_symbol)), Sample{});
    first_ = -int64_t(history_.size());
}

void SymbolTiming::process(std::span<const Sample> samples, SymbolBuffer& out)
{
    history_.insert(history_.end(), samples.begin(), samples.end());
    while (ready())
        step(out);
    forget();
}

void SymbolTiming::finish(SymbolBuffer& out)
{
    if (!started_)
        start(loop_.finish_window());
    process({}, out);
}

bool SymbolTiming::ready() const
{
    return base_ - first_ + int64_t(filters_.half_width()) < int64_t(history_.size());
}

std::span<const Sample> SymbolTiming::window() const
{
    const auto half = int64_t(filters_.half_width());
    return std::span(history_).subspan(size_t(base_ - first_ + 1 - half), size_t(2 * half));
}

void SymbolTiming::step(SymbolBuffer& out)
{
    if (started_)
        out.push(filters_.symbol(window(), fraction_), double(base_) + fraction_);
    double shift = 0;
    if (symbols_to_product_ == 0) {
        shift = loop_.add(filters_.timing_product(window(), fraction_));
        symbols_to_product_ = TimingLoop::kSymbolsPerProduct;
        if (!started_ && ++first_products_ == TimingLoop::kWindow)
            return start(shift);
    }
    --symbols_to_product_;
    move(samples_per_symbol_ * (1 + loop_.rate() + shift));
}

void SymbolTiming::move(double samples)
{
    fraction_ += samples;
    const double whole = std::floor(fraction_);
    base_ += int64_t(whole);
    fraction_ -= whole;
}

void SymbolTiming::start(double shift)
{
    started_ = true;
    symbols_to_product_ = 0;
    base_ = 0;
    fraction_ = 0;
    move(samples_per_symbol_ * shift);
}

void SymbolTiming::forget()
{
    const int64_t unused = base_ - first_ - int64_t(filters_.half_width());
    if (!started_ || unused < kForget)
        return;
    history_.erase(history_.begin(), history_.begin() + unused);
    first_ += unused;
}

void SymbolTiming::recentre(double cycles_per_sample)
{
    const double before = -cycles_per_sample * double(history_.size()); // cycles at history_[0]
    derotate(history_, cycles_per_sample, 2 * std::numbers::pi * std::remainder(before, 1.0));
}

} // namespace depinsat::sync
