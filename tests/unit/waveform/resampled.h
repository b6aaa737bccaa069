#pragma once

#include "unit/waveform/dvbs2_capture.h"

#include <cmath>
#include <numbers>

namespace depinsat::waveform::test {

/// Samples at another rate: windowed sinc of 48 taps, for signals well inside the band.
///
/// @param ratio  of the rates, output by input.
inline std::vector<Sample> resampled(std::span<const Sample> in, double ratio, double start = 0)
{
    constexpr int kHalf = 24;
    const auto size = int64_t(in.size());
    std::vector<Sample> out(size_t(double(in.size()) * ratio));
    for (size_t n = 0; n < out.size(); ++n) {
        const double time = double(n) / ratio + start;
        const auto base = int64_t(std::floor(time));
        const double fraction = time - double(base);
        const double sine = std::sin(std::numbers::pi * fraction);
        Sample sum = 0;
        for (int64_t k = std::max<int64_t>(base - kHalf + 1, 0);
             k <= std::min(base + kHalf, size - 1); ++k) {
            const double t = fraction - double(k - base);
            const double sign = (k - base) % 2 ? -1 : 1;
            const double sinc = std::abs(t) < 1e-9 ? 1 : sign * sine / (std::numbers::pi * t);
            const double window = std::cos(std::numbers::pi * t / (2 * kHalf));
            sum += float(sinc * window * window) * in[size_t(k)];
        }
        out[n] = sum;
    }
    return out;
}

/// A capture at any number of samples a symbol, 1.2 or more; offset and noise as specified.
inline std::vector<Sample> capture_at(const CaptureSpec& spec, double samples_per_symbol)
{
    CaptureSpec shaped = spec;
    shaped.samples_per_symbol = 4;
    auto samples = resampled(clean_capture(shaped), samples_per_symbol / 4, 0.37);
    channel::FrequencyOffset offset(samples_per_symbol, spec.offset, 0, spec.phase);
    offset.process(samples);
    channel::Awgn awgn(spec.es_n0_db, samples_per_symbol, spec.seed);
    awgn.add_to(samples);
    return samples;
}

} // namespace depinsat::waveform::test
