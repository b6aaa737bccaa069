#include "depinsat/sync/snr_estimator.h"

#include <algorithm>
#include <cassert>
#include <cmath>

namespace depinsat::sync {

namespace {

constexpr double kLeastN0 = 1e-6, kMostN0 = 100;
constexpr double kJump = 6; // standard deviations

/// @return whether noise measured over so many symbols is not what it was on average.
bool jumped(double noise, double average, unsigned symbols)
{
    const auto [least, most] = std::minmax(noise, average);
    return most > least * (1 + kJump / std::sqrt(double(symbols)));
}

} // namespace

void SnrEstimator::add_block(std::span<const Sample> received, std::span<const Sample> sent)
{
    assert(received.size() == sent.size() && sent.size() >= 2);
    std::complex<double> sum = 0;
    double energy = 0;
    for (size_t i = 0; i < sent.size(); ++i) {
        sum += received[i] * std::conj(sent[i]);
        energy += std::norm(received[i]);
    }
    const double coherent = std::norm(sum) / double(sent.size());
    coherent_ += coherent;
    noise_sum_ += energy - coherent; // sent.size() - 1 times the noise power
    symbols_ += unsigned(sent.size());
    ++blocks_;
}

void SnrEstimator::end_frame(double recent_frames)
{
    if (blocks_ == 0)
        return;
    const double noise = noise_sum_ / (symbols_ - blocks_);
    const double signal = (coherent_ - blocks_ * noise) / symbols_;
    if (jumped(noise, calm_.noise, symbols_ - blocks_))
        frames_ = 0;
    frames_ = std::min(frames_ + 1, kAveragedFrames);
    calm_.add(signal, noise, frames_);
    recent_.add(signal, noise, std::clamp(recent_frames, 1.0, double(frames_)));
    coherent_ = noise_sum_ = 0;
    symbols_ = blocks_ = 0;
}

double SnrEstimator::es_n0_db() const
{
    return -10 * std::log10(calm_.n0());
}

double SnrEstimator::recent_es_n0_db() const
{
    return -10 * std::log10(recent_.n0());
}

void SnrEstimator::Average::add(double frame_signal, double frame_noise, double frames)
{
    signal += (frame_signal - signal) / frames;
    noise += (frame_noise - noise) / frames;
}

double SnrEstimator::Average::n0() const
{
    return signal > 0 ? std::clamp(noise / signal, kLeastN0, kMostN0) : kMostN0;
}

} // namespace depinsat::sync
