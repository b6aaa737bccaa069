#include "depinsat/channel/frequency_offset.h"

#include <cmath>
#include <numbers>
#include <stdexcept>

namespace depinsat::channel {
namespace {

Sample unit(double cycles)
{
    const double angle = 2.0 * std::numbers::pi * cycles;
    return {float(std::cos(angle)), float(std::sin(angle))};
}

// std::complex's product checks for NaN, which costs five times as much.
Sample product(Sample a, Sample b)
{
    return {a.real() * b.real() - a.imag() * b.imag(),
            a.real() * b.imag() + a.imag() * b.real()};
}

} // namespace

FrequencyOffset::FrequencyOffset(double sample_rate_hz,
                                 double offset_hz,
                                 double rate_hz_per_s,
                                 double phase_rad)
    : sample_rate_hz_(sample_rate_hz),
      phase_(phase_rad / (2.0 * std::numbers::pi)),
      step_(offset_hz / sample_rate_hz),
      drift_(rate_hz_per_s / sample_rate_hz / sample_rate_hz)
{
    if (!(sample_rate_hz > 0.0) || !(std::abs(step_) < 1.0) || !std::isfinite(drift_))
        throw std::invalid_argument(
            "FrequencyOffset: the offset must be below the sample rate");
    start_block();
}

// Within a block the frequency is that of the block's middle, which meets the exact phase again
// at the block's end.
void FrequencyOffset::start_block()
{
    position_ = 0;
    rotor_ = unit(phase_);
    turn_ = unit(step_ + drift_ * double(kBlock) / 2.0);
}

void FrequencyOffset::process(std::span<Sample> samples)
{
    for (auto& sample : samples) {
        sample = product(sample, rotor_);
        rotor_ = product(rotor_, turn_);
        if (++position_ < kBlock)
            continue;
        phase_ += step_ * double(kBlock) + drift_ * double(kBlock * kBlock) / 2.0;
        phase_ -= std::floor(phase_);
        step_ += drift_ * double(kBlock);
        start_block();
    }
}

void FrequencyOffset::set(double offset_hz, double rate_hz_per_s)
{
    const auto done = double(position_);
    phase_ += (step_ + drift_ * double(kBlock) / 2.0) * done;
    phase_ -= std::floor(phase_);
    step_ = offset_hz / sample_rate_hz_;
    drift_ = rate_hz_per_s / sample_rate_hz_ / sample_rate_hz_;
    start_block();
}

double FrequencyOffset::offset_hz() const
{
    return (step_ + drift_ * double(position_)) * sample_rate_hz_;
}

} // namespace depinsat::channel
