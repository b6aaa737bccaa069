#include "phase_noise_fit.h"

#include <algorithm>
#include <cmath>
#include <complex>
#include <numbers>
#include <stdexcept>

namespace depinsat::channel {
namespace {

constexpr double kRatePerCorner = 16; // interpolation of a process that slow costs below 0.1 dB
constexpr double kFlatBelow = 0.5;    // of the first offset: no process has a knee as sharp
constexpr int kGridPerOctave = 4;
constexpr int kRounds = 300;
constexpr unsigned kMostOctave = 24;

void check(std::span<const PhaseNoisePoint> mask, double sample_rate_hz)
{
    if (!(sample_rate_hz > 0) || !std::isfinite(sample_rate_hz))
        throw std::invalid_argument("PhaseNoise: the sample rate must be positive");
    if (mask.empty() || mask.size() > 32)
        throw std::invalid_argument("PhaseNoise: the mask must have 1 to 32 points");
    for (size_t i = 0; i < mask.size(); ++i) {
        if (!(mask[i].offset_hz >= 1e-7 * sample_rate_hz) || !std::isfinite(mask[i].offset_hz))
            throw std::invalid_argument(
                "PhaseNoise: offset_hz must be at least 1e-7 of the sample rate");
        if (!(mask[i].dbc_per_hz >= -200 && mask[i].dbc_per_hz <= 0))
            throw std::invalid_argument("PhaseNoise: dbc_per_hz must be -200 to 0");
        if (i > 0 && !(mask[i].offset_hz > mask[i - 1].offset_hz))
            throw std::invalid_argument("PhaseNoise: offset_hz must rise");
        if (i > 0 && mask[i].dbc_per_hz - mask[i - 1].dbc_per_hz <
                         -40 * std::log10(mask[i].offset_hz / mask[i - 1].offset_hz))
            throw std::invalid_argument("PhaseNoise: at most 40 dB a decade falling");
        if (i > 0 && mask[i].dbc_per_hz > mask[i - 1].dbc_per_hz)
            throw std::invalid_argument("PhaseNoise: dbc_per_hz must not rise");
    }
}

/// The mask as density of the phase over both sidebands, in rad^2/Hz.
double density(std::span<const PhaseNoisePoint> mask, double hz)
{
    if (mask.size() == 1)
        return std::pow(10.0, mask.front().dbc_per_hz / 10);
    hz = std::max(hz, mask.front().offset_hz * kFlatBelow);
    auto above = std::ranges::find_if(mask, [&](auto& p) { return p.offset_hz > hz; });
    double db = mask.back().dbc_per_hz;
    if (above != mask.end()) {
        above = std::max(above, mask.begin() + 1);
        const auto& low = above[-1];
        const double part =
            std::log(hz / low.offset_hz) / std::log(above->offset_hz / low.offset_hz);
        db = low.dbc_per_hz + part * (above->dbc_per_hz - low.dbc_per_hz);
    }
    return std::pow(10.0, db / 10);
}

/// Power response of the two poles.
double response(const LowPass& process, double sample_rate_hz, double hz)
{
    const double rate = std::ldexp(sample_rate_hz, -int(process.octave));
    const auto turn = std::polar(1.0, -2 * std::numbers::pi * hz / rate);
    const auto pole = process.pole_gain / (1.0 - (1.0 - process.pole_gain) * turn);
    return hz > rate / 2 ? 0 : std::norm(pole) * std::norm(pole);
}

std::vector<LowPass> make_processes(double lowest_hz, double sample_rate_hz)
{
    std::vector<LowPass> processes;
    for (double corner = lowest_hz; corner <= sample_rate_hz / 4; corner *= 2) {
        unsigned octave = 0;
        while (octave < kMostOctave &&
               std::ldexp(sample_rate_hz, -int(octave) - 1) >= kRatePerCorner * corner)
            ++octave;
        const double rate = std::ldexp(sample_rate_hz, -int(octave));
        processes.push_back(
            {corner, octave, 1 - std::exp(-2 * std::numbers::pi * corner / rate), 0});
    }
    return processes;
}

std::vector<double> make_grid(double lowest_hz, double highest_hz)
{
    std::vector<double> grid;
    for (double hz = lowest_hz; hz <= highest_hz; hz *= std::exp2(1.0 / kGridPerOctave))
        grid.push_back(hz);
    return grid;
}

} // namespace

// Multiplicative updates, which keep the densities positive, towards the least Itakura-Saito
// distance: it weighs errors by their ratio, so that the low end counts like the high one.
PhaseNoiseFit fit_phase_noise(std::span<const PhaseNoisePoint> mask, double sample_rate_hz)
{
    check(mask, sample_rate_hz);
    const double lowest = std::min(kFlatBelow * mask.front().offset_hz, sample_rate_hz / 8);
    auto processes = make_processes(lowest, sample_rate_hz);
    const auto grid = make_grid(lowest / 4, sample_rate_hz / 2.5);
    const size_t parts = processes.size() + 1; // the last one is white
    std::vector<double> shapes(parts * grid.size(), 1.0), gains(parts);
    for (size_t k = 0; k < processes.size(); ++k) {
        for (size_t f = 0; f < grid.size(); ++f)
            shapes[k * grid.size() + f] = response(processes[k], sample_rate_hz, grid[f]);
        gains[k] = density(mask, processes[k].corner_hz);
    }
    gains.back() = density(mask, sample_rate_hz / 2);

    std::vector<double> sum(grid.size());
    for (int round = 0; round < kRounds; ++round) {
        std::fill(sum.begin(), sum.end(), 0.0);
        for (size_t k = 0; k < parts; ++k)
            for (size_t f = 0; f < grid.size(); ++f)
                sum[f] += gains[k] * shapes[k * grid.size() + f];
        for (size_t k = 0; k < parts; ++k) {
            double over = 0, under = 0;
            for (size_t f = 0; f < grid.size(); ++f) {
                const double share = shapes[k * grid.size() + f] / sum[f];
                over += share * density(mask, grid[f]) / sum[f];
                under += share;
            }
            gains[k] *= over / under;
        }
    }
    for (size_t k = 0; k < processes.size(); ++k)
        processes[k].deviation =
            std::sqrt(gains[k] * std::ldexp(sample_rate_hz, -int(processes[k].octave)));
    return {std::move(processes), std::sqrt(gains.back() * sample_rate_hz)};
}

} // namespace depinsat::channel
