#include "depinsat/sync/iq_corrector.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace depinsat::sync {

void IqCorrector::process(std::span<Sample> samples)
{
    while (!samples.empty()) {
        const auto piece = samples.first(std::min(samples.size(), kBlock - filled_));
        measure(piece);
        if (blocks_ >= kSettling)
            correct(piece);
        filled_ += piece.size();
        if (filled_ == kBlock)
            finish_block();
        samples = samples.subspan(piece.size());
    }
}

void IqCorrector::measure(std::span<const Sample> samples)
{
    // Each sample goes into the lane of its place in the block, so that the cuts do not show.
    const auto add = [this](Sample x, size_t lane) {
        const float re = x.real(), im = x.imag();
        lanes_[0][lane] += re;
        lanes_[1][lane] += im;
        lanes_[2][lane] += re * re;
        lanes_[3][lane] += im * im;
        lanes_[4][lane] += re * im;
    };
    size_t n = 0;
    for (; n < samples.size() && (filled_ + n) % kLanes != 0; ++n)
        add(samples[n], (filled_ + n) % kLanes);
    for (; n + kLanes <= samples.size(); n += kLanes)
        for (size_t lane = 0; lane < kLanes; ++lane)
            add(samples[n + lane], lane);
    for (size_t lane = 0; n < samples.size(); ++n, ++lane)
        add(samples[n], lane);
}

void IqCorrector::correct(std::span<Sample> samples) const
{
    // (x - dc) - image * conj(x - dc)
    const float dc_i = dc_.real(), dc_q = dc_.imag(), a = image_.real(), b = image_.imag();
    auto* x = reinterpret_cast<float*>(samples.data());
    for (size_t n = 0; n < samples.size(); ++n) {
        const float re = x[2 * n] - dc_i, im = x[2 * n + 1] - dc_q;
        x[2 * n] = re - a * re - b * im;
        x[2 * n + 1] = im - b * re + a * im;
    }
}

void IqCorrector::finish_block()
{
    std::array<double, 5> block;
    for (size_t i = 0; i < block.size(); ++i)
        block[i] = std::accumulate(lanes_[i].begin(), lanes_[i].end(), 0.0) / kBlock;
    lanes_ = {};
    filled_ = 0;
    const double power = block[2] + block[3], before = average_[2] + average_[3];
    if (power > 4 * before || power < before / 4)
        blocks_ = 0;
    blocks_ = std::min(blocks_ + 1, kAveraged);
    for (size_t i = 0; i < block.size(); ++i)
        average_[i] =
            blocks_ == 1 ? block[i] : average_[i] + (block[i] - average_[i]) / blocks_;
    const auto [i, q, ii, qq, iq] = average_;

    const std::complex<double> dc(i, q);
    const double signal = ii + qq - std::norm(dc);
    const auto square = std::complex(ii - qq, 2 * iq) - dc * dc;
    const auto c = signal > 0 ? square / signal : 0.0;
    dc_ = Sample(dc);
    // The image that leaves no correlation of the signal with its conjugate.
    image_ = Sample(c / (1 + std::sqrt(std::max(1 - std::norm(c), 0.0))));
}

} // namespace depinsat::sync
