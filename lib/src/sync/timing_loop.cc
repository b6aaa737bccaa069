#include "depinsat/sync/timing_loop.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace depinsat::sync {

namespace {

constexpr double kTwoPi = 2 * std::numbers::pi;
constexpr double kDamping = 0.707;
// Of the symbol rate, one-sided; window by window from the first tracked one on. Narrowed in
// steps, since each leaves an error of the rate for the next.
constexpr std::array<double, 6> kBandwidths{1e-3, 1e-3, 5e-4, 3.5e-4, 2.5e-4, 2e-4};
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

void TimingLoop::restart()
{
    const double rate = rate_;
    *this = TimingLoop();
    rate_ = rate;
}

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
        gains(kBandwidths[std::min<size_t>(windows_tracked_, kBandwidths.size() - 1)]);
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
