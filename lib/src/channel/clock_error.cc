#include "depinsat/channel/clock_error.h"

#include "channel/interpolator.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <numbers>
#include <stdexcept>

namespace depinsat::channel {
namespace {

constexpr size_t kTaps = ClockError::kTaps, kDelay = ClockError::kDelay;
constexpr size_t kPhases = 256;
constexpr size_t kBlock = 256; // inputs at a time
constexpr double kKaiserBeta = 9.0;

static_assert(kInterpolatorRow == 2 * kTaps);
using Phase = std::array<float, kInterpolatorRow>;

double sinc(double x)
{
    const double angle = std::numbers::pi * x;
    return x == 0.0 ? 1.0 : std::sin(angle) / angle;
}

double kaiser(double x) // -1 to 1
{
    const double inside = 1.0 - x * x;
    return inside < 0.0 ? 0.0
                        : std::cyl_bessel_i(0.0, kKaiserBeta * std::sqrt(inside)) /
                              std::cyl_bessel_i(0.0, kKaiserBeta);
}

// Row p holds the weights of kTaps samples, oldest first, for the time p / kPhases after the
// sample of index kDelay - 1.
std::array<Phase, kPhases + 1> make_phases()
{
    std::array<Phase, kPhases + 1> phases{};
    for (size_t p = 0; p <= kPhases; ++p) {
        double sum = 0.0;
        std::array<double, kTaps> row{};
        for (size_t t = 0; t < kTaps; ++t) {
            const double x = double(t) - double(kDelay - 1) - double(p) / double(kPhases);
            sum += row[t] = sinc(x) * kaiser(x / double(kDelay));
        }
        for (size_t t = 0; t < kTaps; ++t)
            phases[p][2 * t] = phases[p][2 * t + 1] = float(row[t] / sum);
    }
    return phases;
}

const std::array<Phase, kPhases + 1> kTable = make_phases();

} // namespace

// The first output stands kDelay before the first input: there the window of kTaps samples that
// ends with the input newest to come is all zeros but that one.
ClockError::ClockError(double ppm, double ratio, double start)
    : step_((1.0 + ppm * 1e-6) / ratio), time_(start), samples_(kTaps + kBlock)
{
    if (!(std::abs(ppm) <= kMaxPpm))
        throw std::invalid_argument("ClockError: ppm must be -10000 to 10000");
    if (!(ratio >= 1 / kMaxRatio && ratio <= kMaxRatio))
        throw std::invalid_argument("ClockError: ratio must be 1/64 to 64");
    if (!(start >= 0 && start < 1))
        throw std::invalid_argument("ClockError: start must be 0 to below 1");
}

size_t ClockError::process(std::span<const Sample> in, std::span<Sample> out)
{
    assert(out.size() >= max_output(in.size()));
    Interpolator state{kTable[0].data(), double(kPhases), step_, time_};
    size_t written = 0;
    while (!in.empty()) {
        const size_t count = std::min(in.size(), kBlock);
        std::copy_n(in.begin(), count, samples_.begin() + kTaps);
        written += interpolate(state, reinterpret_cast<const float*>(&samples_[1]), count,
                               reinterpret_cast<float*>(out.data() + written)) /
                   2;
        std::copy_n(samples_.begin() + ptrdiff_t(count), kTaps, samples_.begin());
        in = in.subspan(count);
    }
    time_ = state.time;
    return written;
}

} // namespace depinsat::channel
