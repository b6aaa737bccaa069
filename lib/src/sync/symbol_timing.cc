#include "depinsat/sync/symbol_timing.h"

#include "depinsat/sync/derotator.h"

#include <cmath>
#include <cstring>
#include <numbers>

namespace depinsat::sync {

namespace {

constexpr int64_t kForget = 16384; // samples; history is moved in steps of this

} // namespace

SymbolTiming::SymbolTiming(double samples_per_symbol, double rolloff)
    : filters_(samples_per_symbol, rolloff), samples_per_symbol_(samples_per_symbol)
{
    place_first();
}

void SymbolTiming::place_first()
{
    history_.assign(filters_.half_width() + size_t(std::ceil(samples_per_symbol_)), Sample{});
    first_ = -int64_t(history_.size());
}

void SymbolTiming::restart()
{
    loop_.restart();
    place_first();
    base_ = 0;
    fraction_ = 0;
    symbols_to_product_ = first_products_ = 0;
    started_ = false;
}

void SymbolTiming::conjugate()
{
    for (Sample& x : history_)
        x = std::conj(x);
}

void SymbolTiming::process(std::span<const Sample> samples, SymbolBuffer& out)
{
    const size_t before = history_.size();
    history_.resize(before + samples.size());
    if (!samples.empty()) // one move of all, which insert() makes one of each component
        std::memcpy(history_.data() + before, samples.data(), samples.size_bytes());
    while (ready())
        run(out);
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

void SymbolTiming::run(SymbolBuffer& out)
{
    const bool to_update = collect();
    if (started_)
        put_out(out);
    first_products_ += unsigned(products_);
    const double shift = judge();
    if (!to_update)
        return;
    if (!started_ && first_products_ == TimingLoop::kWindow)
        return start(shift);
    move(samples_per_symbol_ * (1 + loop_.rate() + shift));
}

/// The symbols up to the next product that may move the clock, as far as there are samples.
/// @return whether they end with that product; the clock then stands on it.
bool SymbolTiming::collect()
{
    const auto period = uint64_t(std::llround(samples_per_symbol_ * (1 + loop_.rate()) * kOne));
    const auto half = int64_t(filters_.half_width());
    const auto window = size_t(base_ - first_ + 1 - half);
    const auto begin = double(base_);
    const uint64_t end = uint64_t(int64_t(history_.size()) - half - (base_ - first_)) * kOne;
    const unsigned most_products = loop_.products_to_update();
    size_t symbols = 0,
           products = 0; // not the members, which would be read and written each time
    uint64_t at = fraction_;
    for (; at < end; at += period) {
        const FilterPlace here{window + size_t(at / kOne), filters_.phase(at % kOne, kOne)};
        symbol_places_[symbols] = here;
        times_[symbols++] = begin + double(int64_t(at)) * (1.0 / kOne);
        if (symbols_to_product_ == 0) {
            product_places_[products++] = here;
            symbols_to_product_ = TimingLoop::kSymbolsPerProduct;
        }
        --symbols_to_product_;
        if (products == most_products)
            break;
    }
    symbols_ = symbols;
    products_ = products;
    fraction_ = at;
    carry();
    return products_ == most_products;
}

void SymbolTiming::put_out(SymbolBuffer& out)
{
    std::array<Sample, kMostSymbols> values;
    filters_.symbols(history_, std::span(symbol_places_).first(symbols_), values);
    out.append(std::span(values).first(symbols_), std::span(times_).first(symbols_));
}

double SymbolTiming::judge()
{
    std::array<Sample, TimingLoop::kProductsPerUpdate> values;
    filters_.timing_products(history_, std::span(product_places_).first(products_), values);
    double shift = 0;
    for (const Sample& product : std::span(values).first(products_))
        shift += loop_.add(product);
    return shift;
}

void SymbolTiming::move(double samples)
{
    fraction_ +=
        uint64_t(std::llround(samples * kOne)); // a step back wraps round, and carry() back
    carry();
}

void SymbolTiming::carry()
{
    const auto whole = int64_t(fraction_) >> 40;
    base_ += whole;
    fraction_ -= uint64_t(whole) * kOne;
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
