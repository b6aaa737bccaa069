#pragma once

#include <algorithm>
#include <chrono>

namespace depinsat::bridge {

/// So many a second, and as many at once after a pause of a second.
class RateLimit
{
public:
    using Time = std::chrono::nanoseconds;

    /// @param per_second  0: any number.
    explicit RateLimit(unsigned per_second) : per_second_(per_second), left_(per_second) {}

    /// Whether one more may pass.
    bool take(Time now)
    {
        if (per_second_ == 0)
            return true;
        left_ = std::min<double>(
            per_second_,
            left_ + per_second_ * std::chrono::duration<double>(now - last_).count());
        last_ = now;
        if (left_ < 1)
            return false;
        left_ -= 1;
        return true;
    }

private:
    unsigned per_second_;
    double left_;
    Time last_{};
};

} // namespace depinsat::bridge
