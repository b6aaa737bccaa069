#include "depinsat/channel/phase_noise.h"

#include "phase_noise_fit.h"

#include <cmath>

namespace depinsat::channel {
namespace {

struct Process {
    float deviation, gain, first = 0, second = 0;

    float step(Gaussian& gaussian)
    {
        first += gain * (deviation * gaussian() - first);
        return second += gain * (first - second);
    }
};

} // namespace

/// The processes that run at one rate, and halfway between the samples of the octave below.
struct PhaseNoise::Octave {
    std::vector<Process> processes;
    float previous = 0, next = 0; ///< of the octave below
    bool between = false;
};

PhaseNoise::PhaseNoise(std::span<const PhaseNoisePoint> mask,
                       double sample_rate_hz,
                       uint64_t seed)
    : gaussian_(seed)
{
    const auto fit = fit_phase_noise(mask, sample_rate_hz);
    floor_ = float(fit.floor);
    octaves_.resize(fit.processes.front().octave + 1);
    for (const auto& process : fit.processes) {
        Process one{float(process.deviation), float(process.pole_gain)};
        // From rest to what it is at any time.
        for (int i = 0; i < int(20 / process.pole_gain); ++i)
            one.step(gaussian_);
        octaves_[process.octave].processes.push_back(one);
    }
}

PhaseNoise::~PhaseNoise() = default;
PhaseNoise::PhaseNoise(PhaseNoise&&) noexcept = default;
PhaseNoise& PhaseNoise::operator=(PhaseNoise&&) noexcept = default;

// Octave by octave upwards: how far the need for a new value reaches down, then back.
float PhaseNoise::next()
{
    size_t deepest = 0;
    while (deepest + 1 < octaves_.size() && !octaves_[deepest].between)
        ++deepest;
    float below = 0;
    for (size_t o = deepest + 1; o-- > 0;) {
        Octave& octave = octaves_[o];
        float value = 0;
        for (auto& process : octave.processes)
            value += process.step(gaussian_);
        if (o + 1 < octaves_.size()) {
            if (!octave.between) {
                octave.previous = octave.next;
                octave.next = below;
            }
            value += octave.between ? 0.5f * (octave.previous + octave.next) : octave.previous;
            octave.between = !octave.between;
        }
        below = value;
    }
    return below + floor_ * gaussian_();
}

void PhaseNoise::phases(std::span<float> out)
{
    for (auto& phase : out)
        phase = next();
}

void PhaseNoise::process(std::span<Sample> samples)
{
    for (auto& sample : samples) {
        const float phase = next(), c = std::cos(phase), s = std::sin(phase);
        sample = {sample.real() * c - sample.imag() * s, sample.real() * s + sample.imag() * c};
    }
}

} // namespace depinsat::channel
