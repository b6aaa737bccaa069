#include "depinsat/channel/clock_error.h"

#include <cassert>
#include <cmath>
#include <numbers>
#include <stdexcept>

namespace depinsat::channel {
namespace {

constexpr size_t kTaps = ClockError::kTaps, kDelay = ClockError::kDelay;
constexpr size_t kPhases = 256;
constexpr double kKaiserBeta = 9.0;

using Phase = std::array<float, kTaps>;

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
            phases[p][t] = float(row[t] / sum);
    }
    return phases;
}

const std::array<Phase, kPhases + 1> kTable = make_phases();

} // namespace

// The first output stands kDelay before the first input: there the window of kTaps samples that
// ends with the input newest to come is all zeros but that one.
ClockError::ClockError(double ppm, double ratio, double start)
    : step_((1.0 + ppm * 1e-6) / ratio), time_(start), history_(2 * kTaps)
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
    size_t written = 0;
    for (const Sample sample : in) {
        history_[newest_] = history_[newest_ + kTaps] = sample;
        newest_ = newest_ + 1 == kTaps ? 0 : newest_ + 1;
        for (; time_ < 1.0; time_ += step_)
            out[written++] = interpolate();
        time_ -= 1.0;
    }
    return written;
}

Sample ClockError::interpolate() const
{
    const double position = time_ * double(kPhases);
    const auto phase = size_t(position);
    const float part = float(position - double(phase));
    const Phase &low = kTable[phase], &high = kTable[phase + 1];
    const Sample* window = history_.data() + newest_; // oldest first
    float i = 0.0f, q = 0.0f;
    for (size_t t = 0; t < kTaps; ++t) {
        const float weight = low[t] + part * (high[t] - low[t]);
        i += weight * window[t].real();
        q += weight * window[t].imag();
    }
    return {i, q};
}

} // namespace depinsat::channel
