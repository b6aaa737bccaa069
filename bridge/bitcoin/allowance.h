#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace depinsat::bridge::bitcoin {

/// Bytes that may be sent now: so many a second, and those of some seconds at once after a
/// pause. The last message may go beyond it.
class Allowance
{
public:
    using Time = std::chrono::nanoseconds;

    /// @param burst  seconds whose bytes may come at once.
    explicit Allowance(double burst) : burst_(burst) {}

    void refill(uint32_t bits_per_second, Time now)
    {
        const double rate = bits_per_second / 8.0;
        const double passed =
            begun_ ? std::chrono::duration<double>(now - counted_).count() : burst_;
        begun_ = true;
        counted_ = now;
        left_ = std::min(left_ + rate * passed, rate * burst_);
    }
    bool any() const { return left_ > 0; }
    void take(size_t bytes) { left_ -= double(bytes); }

private:
    double burst_;
    double left_ = 0;
    bool begun_ = false;
    Time counted_{};
};

} // namespace depinsat::bridge::bitcoin
