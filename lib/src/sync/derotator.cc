#include "depinsat/sync/derotator.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace depinsat::sync {

namespace {

constexpr size_t kLanes = 8;
constexpr size_t kRestart = 1024; // samples between exact phasors; bounds the rounding error
constexpr double kTwoPi = 2 * std::numbers::pi;

void derotate_piece(std::span<Sample> samples, double frequency, double cycles)
{
    std::array<float, kLanes> re, im;
    for (size_t lane = 0; lane < kLanes; ++lane) {
        const double angle = -kTwoPi * std::remainder(cycles + frequency * double(lane), 1.0);
        re[lane] = float(std::cos(angle));
        im[lane] = float(std::sin(angle));
    }
    const double step = -kTwoPi * std::remainder(frequency * kLanes, 1.0);
    const auto step_re = float(std::cos(step)), step_im = float(std::sin(step));
    for (size_t begin = 0; begin < samples.size(); begin += kLanes) {
        const size_t count = std::min(kLanes, samples.size() - begin);
        for (size_t lane = 0; lane < count; ++lane) {
            const Sample x = samples[begin + lane];
            samples[begin + lane] = {x.real() * re[lane] - x.imag() * im[lane],
                                     x.real() * im[lane] + x.imag() * re[lane]};
        }
        for (size_t lane = 0; lane < kLanes; ++lane) {
            const float turned = re[lane] * step_re - im[lane] * step_im;
            im[lane] = re[lane] * step_im + im[lane] * step_re;
            re[lane] = turned;
        }
    }
}

} // namespace

void derotate(std::span<Sample> samples, double frequency, double phase)
{
    for (size_t begin = 0; begin < samples.size(); begin += kRestart) {
        const size_t count = std::min(kRestart, samples.size() - begin);
        derotate_piece(samples.subspan(begin, count), frequency,
                       phase / kTwoPi + frequency * double(begin));
    }
}

void Derotator::process(std::span<Sample> samples)
{
    if (frequency_ != 0 || phase_ != 0)
        derotate(samples, frequency_, kTwoPi * phase_);
    phase_ = std::remainder(phase_ + frequency_ * double(samples.size()), 1.0);
}

} // namespace depinsat::sync
