#include "depinsat/sync/symbol_buffer.h"

#include <cassert>
#include <cmath>
#include <numbers>

namespace depinsat::sync {

void SymbolBuffer::push(Sample symbol, double time)
{
    symbols_.push_back(symbol);
    times_.push_back(time);
}

void SymbolBuffer::append(std::span<const Sample> symbols, std::span<const double> times)
{
    assert(symbols.size() == times.size());
    symbols_.insert(symbols_.end(), symbols.begin(), symbols.end());
    times_.insert(times_.end(), times.begin(), times.end());
}

std::span<const Sample> SymbolBuffer::view(uint64_t first, size_t count) const
{
    assert(first >= begin() && first + count <= end());
    return {symbols_.data() + dropped_ + (first - first_), count};
}

double SymbolBuffer::time(uint64_t index) const
{
    assert(index >= begin() && index < end());
    return times_[dropped_ + (index - first_)];
}

void SymbolBuffer::drop_before(uint64_t index)
{
    if (index <= first_)
        return;
    assert(index <= end());
    dropped_ += index - first_;
    first_ = index;
    if (dropped_ < symbols_.size() / 2)
        return;
    symbols_.erase(symbols_.begin(), symbols_.begin() + ptrdiff_t(dropped_));
    times_.erase(times_.begin(), times_.begin() + ptrdiff_t(dropped_));
    dropped_ = 0;
}

void SymbolBuffer::recentre(double cycles_per_sample, double anchor)
{
    for (size_t i = dropped_; i < symbols_.size(); ++i) {
        const double cycles = std::remainder(cycles_per_sample * (times_[i] - anchor), 1.0);
        symbols_[i] *= Sample(std::polar(1.0, -2 * std::numbers::pi * cycles));
    }
}

void SymbolBuffer::conjugate()
{
    for (Sample& symbol : symbols_)
        symbol = std::conj(symbol);
}

} // namespace depinsat::sync
