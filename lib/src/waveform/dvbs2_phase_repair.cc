#include "dvbs2_phase_repair.h"

#include <algorithm>
#include <cmath>
#include <complex>

namespace depinsat::waveform {

namespace {

constexpr size_t kBlock = 64;      // symbols
constexpr double kWander = 1e-5;   // radians^2 per symbol: averages over some hundred symbols
constexpr double kTurned = 0.12;   // radians, from which a stretch counts as turned
constexpr double kFurther = 2;     // wrong decisions pull the phase towards 0
constexpr double kLeastEnergy = 4; // of the expected points of a block, to tell a phase

} // namespace

Dvbs2PhaseRepair::Dvbs2PhaseRepair(const framing::Modcod& modcod,
                                   const modulation::Constellation& constellation)
    : constellation_(constellation),
      interleaver_(modcod.bits_per_symbol, modcod.interleaver),
      fecframe_((modcod.n_ldpc + 7) / 8),
      labels_(modcod.fecframe_symbols()),
      masks_(modcod.fecframe_symbols())
{
    std::fill_n(fecframe_.begin(), modcod.n_bch / 8, uint8_t(0xff));
    interleaver_.interleave(fecframe_, masks_);
    std::fill(fecframe_.begin(), fecframe_.end(), uint8_t(0));
    for (const uint8_t mask : masks_)
        means(mask);
}

const std::vector<Sample>& Dvbs2PhaseRepair::means(uint8_t mask)
{
    auto& means = means_[mask];
    if (!means.empty())
        return means;
    const auto points = constellation_.points;
    for (size_t label = 0; label < points.size(); ++label) {
        Sample sum = 0;
        float count = 0;
        for (size_t other = 0; other < points.size(); ++other)
            if (((label ^ other) & mask) == 0) {
                sum += points[other];
                ++count;
            }
        means.push_back(sum / count);
    }
    return means;
}

std::span<const Sample> Dvbs2PhaseRepair::repair(std::span<const Sample> xfecframe,
                                                 std::span<const uint8_t> message,
                                                 double n0)
{
    std::copy(message.begin(), message.end(), fecframe_.begin());
    interleaver_.interleave(fecframe_, labels_);
    points_.clear();
    for (size_t begin = 0; begin < labels_.size(); begin += kBlock) {
        const size_t end = std::min(begin + kBlock, labels_.size());
        std::complex<double> sum = 0;
        double energy = 0;
        for (size_t i = begin; i < end; ++i) {
            const Sample expected = means_[masks_[i]][labels_[i]];
            sum += std::complex<double>(xfecframe[i] * std::conj(expected));
            energy += std::norm(expected);
        }
        if (energy > kLeastEnergy)
            points_.push_back(
                {0.5 * double(begin + end - 1), std::arg(sum), 0.5 * n0 / energy});
    }
    smoother_.smooth(points_, kWander);
    bool turned = false;
    for (auto& point : points_) {
        const bool here = std::abs(point.phase) > kTurned;
        point.phase *= here ? kFurther : 0;
        turned |= here;
    }
    if (!turned)
        return {};
    // Behind them lies parity alone, of which nothing is known.
    points_.push_back({points_.back().position + kBlock, 0, 0});
    symbols_.assign(xfecframe.begin(), xfecframe.end());
    track_.replace(points_);
    track_.correct(symbols_);
    return symbols_;
}

} // namespace depinsat::waveform
