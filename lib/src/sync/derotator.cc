#include "depinsat/sync/derotator.h"

#include "sync/rotor.h"

#include <algorithm>
#include <numbers>

namespace depinsat::sync {

namespace {

void turn_all(const Rotor& rotor, double cycles, std::span<Sample> samples)
{
    for (size_t begin = 0; begin < samples.size(); begin += Rotor::kMost)
        turn(rotor, Sample(phasor(cycles + rotor.frequency() * double(begin))),
             samples.data() + begin, std::min(Rotor::kMost, samples.size() - begin));
}

} // namespace

void derotate(std::span<Sample> samples, double frequency, double phase)
{
    turn_all(Rotor(frequency), phase / (2 * std::numbers::pi), samples);
}

Derotator::Derotator() : rotor_(std::make_shared<Rotor>(0.0)) {}

double Derotator::frequency() const
{
    return rotor_->frequency();
}

void Derotator::set_frequency(double cycles_per_sample)
{
    rotor_ = std::make_shared<Rotor>(cycles_per_sample);
}

void Derotator::conjugate()
{
    set_frequency(-frequency());
    phase_ = -phase_;
}

void Derotator::process(std::span<Sample> samples)
{
    if (frequency() != 0 || phase_ != 0)
        turn_all(*rotor_, phase_, samples);
    phase_ = part_of_turn(phase_ + frequency() * double(samples.size()));
}

} // namespace depinsat::sync
