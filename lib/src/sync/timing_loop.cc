#include "depinsat/sync/timing_loop.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace depinsat::sync {

namespace {

constexpr double kTwoPi = 2 * std::numbers::pi;
constexpr double kDamping = 0.707;
constexpr double kWideBandwidth = 1e-3; // of the symbol rate, one-sided
constexpr double kNarrowBandwidth = 2e-4;
constexpr unsigned kWideWindows = 2;             // before the loop is narrowed
constexpr double kSignificant = 8;               // noise alone exceeds it with exp(-8)
constexpr double kLargestTrackedError = 1.0 / 6; // symbols

struct Gains {
    double phase, rate;
};

constexpr Gains gains(double bandwidth)
{
    constexpr double interval = TimingLoop::kProductsPerUpdate * TimingLoop::kSymbolsPerProduct;
    const double theta = bandwidth * interval / (kDamping + 1 / (4 * kDamping));
    return {2 * kDamping * theta, theta * theta / interval};
}

} // namespace

double TimingLoop::add(Sample product)
{
    block_ += product;
    window_ += product;
    window_power_ += std::norm(product);
    double shift = 0;
    if (++products_ % kProductsPerUpdate == 0)
        shift += update();
    if (products_ == kWindow)
        shift += finish_window();
    return shift;
}

double TimingLoop::update()
{
    const double late = block_.imag() / (kTwoPi * kProductsPerUpdate * level_);
    block_ = 0;
    if (!tracking_)
        return 0;
    const auto gain =
        gains(windows_tracked_ < kWideWindows ? kWideBandwidth : kNarrowBandwidth);
    const double error = std::clamp(late, -kLargestTrackedError, kLargestTrackedError);
    rate_ = std::clamp(rate_ - gain.rate * error, -kLargestRate, kLargestRate);
    return -gain.phase * error;
}

double TimingLoop::finish_window()
{
    const auto sum = window_;
    const bool significant = std::norm(sum) > kSignificant * window_power_ && products_ > 0;
    if (significant)
        level_ = std::abs(sum) / products_;
    window_ = block_ = 0;
    window_power_ = 0;
    products_ = 0;
    const double late = std::arg(sum) / kTwoPi;
    const bool in_step = tracking_ && std::abs(late) < kLargestTrackedError;
    tracking_ = significant;
    windows_tracked_ = in_step ? windows_tracked_ + 1 : 0;
    return significant && !in_step ? -late : 0;
}

} // namespace depinsat::sync
