#include "depinsat/sync/derotator.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace depinsat::sync {

namespace {

constexpr size_t kLanes = 8;
constexpr size_t kRestart = 1024; // samples between exact phasors; bounds the rounding error
constexpr double kTwoPi = 2 * std::numbers::pi;

/// A phasor and its next kLanes - 1 values, which all turn by one step of kLanes samples.
struct Rotor {
    Rotor(double frequency, double cycles)
    {
        for (size_t lane = 0; lane < kLanes; ++lane) {
            const double angle =
                -kTwoPi * std::remainder(cycles + frequency * double(lane), 1.0);
            re[lane] = float(std::cos(angle));
            im[lane] = float(std::sin(angle));
        }
        const double step = -kTwoPi * std::remainder(frequency * kLanes, 1.0);
        step_re = float(std::cos(step));
        step_im = float(std::sin(step));
    }

    /// Turns kLanes samples, I and Q by turns.
    void apply(float* x)
    {
        for (size_t lane = 0; lane < kLanes; ++lane) {
            const float i = x[2 * lane], q = x[2 * lane + 1];
            x[2 * lane] = i * re[lane] - q * im[lane];
            x[2 * lane + 1] = i * im[lane] + q * re[lane];
        }
        for (size_t lane = 0; lane < kLanes; ++lane) {
            const float turned = re[lane] * step_re - im[lane] * step_im;
            im[lane] = re[lane] * step_im + im[lane] * step_re;
            re[lane] = turned;
        }
    }

    std::array<float, kLanes> re, im;
    float step_re, step_im;
};

void derotate_piece(std::span<Sample> samples, double frequency, double cycles)
{
    Rotor rotor(frequency, cycles);
    const size_t whole = samples.size() / kLanes * kLanes;
    auto* x = reinterpret_cast<float*>(samples.data());
    for (size_t begin = 0; begin < whole; begin += kLanes)
        rotor.apply(x + 2 * begin);
    std::array<Sample, kLanes> rest{};
    std::copy(samples.begin() + ptrdiff_t(whole), samples.end(), rest.begin());
    rotor.apply(reinterpret_cast<float*>(rest.data()));
    std::copy_n(rest.begin(), samples.size() - whole, samples.begin() + ptrdiff_t(whole));
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
