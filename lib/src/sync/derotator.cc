#include "depinsat/sync/derotator.h"

#include "sync/rotor.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace depinsat::sync {

void derotate(std::span<Sample> samples, double frequency, double phase)
{
    const Rotor rotor(frequency);
    const double cycles = phase / (2 * std::numbers::pi);
    for (size_t begin = 0; begin < samples.size(); begin += Rotor::kMost)
        turn(rotor, Sample(phasor(cycles + frequency * double(begin))), samples.data() + begin,
             std::min(Rotor::kMost, samples.size() - begin));
}

void Derotator::conjugate()
{
    frequency_ = -frequency_;
    phase_ = -phase_;
}

void Derotator::process(std::span<Sample> samples)
{
    if (frequency_ != 0 || phase_ != 0)
        derotate(samples, frequency_, 2 * std::numbers::pi * phase_);
    phase_ = std::remainder(phase_ + frequency_ * double(samples.size()), 1.0);
}

} // namespace depinsat::sync
