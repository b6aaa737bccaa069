#include "depinsat/framing/plframe.h"
#include "dvbs2_carrier.h"
#include "dvbs2_known_symbols.h"

#include <algorithm>
#include <cmath>

/// Phase of frames with pilots. How much it wanders decides over how many pilot blocks it is
/// averaged; noise of a local oscillator may turn it by more between two of them than the
/// demapper can bear, and then the symbols between tell where it went.
namespace depinsat::waveform {

namespace {

using framing::kPilotBlockSymbols;
using framing::kPlHeaderSymbols;

constexpr size_t kBetweenPilots = framing::kPilotPeriodSlots * framing::kSlotSymbols;
constexpr double kHarmless = 0.01;        // of the noise that turns symbols
constexpr size_t kLeastBlock = 64;        // symbols
constexpr double kBlockInformation = 200; // radians^-2: a deviation of 0.07
constexpr int kSteps = 3;                 // of the method of scoring

} // namespace

const sync::PhaseLikelihood& Dvbs2Carrier::prepared_likelihood(const Dvbs2Plframe& frame)
{
    const auto& constellation = modulation::find_constellation(frame.modcod->constellation);
    auto& likelihood = likelihoods_[&constellation];
    likelihood.prepare(constellation, snr_.n0());
    return likelihood;
}

double Dvbs2Carrier::known_variance(size_t symbols) const
{
    return 0.5 * snr_.n0() / double(symbols);
}

void Dvbs2Carrier::smooth_phase()
{
    track_.measured(points_);
    wander_.learn(points_);
    smoother_.smooth(points_, wander_.per_symbol());
    track_.replace(points_);
}

/// Whether the phase wanders so much between two pilot blocks that it matters.
bool Dvbs2Carrier::follows_data(const Dvbs2Plframe& frame) const
{
    return frame.pilots &&
           wander_.per_symbol() * kBetweenPilots / 6 > kHarmless * 0.5 * snr_.n0();
}

/// Phase that is left in symbols of unknown data, block by block.
void Dvbs2Carrier::track_data(size_t begin,
                              size_t end,
                              size_t block,
                              const sync::PhaseLikelihood& likelihood)
{
    const size_t blocks = std::max<size_t>((end - begin) / block, 1);
    const double gain = std::sqrt(std::max(snr_.signal_power(), 1e-12));
    for (size_t k = 0; k < blocks; ++k) {
        const size_t from = begin + k * (end - begin) / blocks;
        const size_t to = begin + (k + 1) * (end - begin) / blocks;
        const auto symbols = std::span(symbols_).subspan(from, to - from);
        double phase = 0;
        for (int step = 0; step < kSteps; ++step)
            phase = likelihood.refine(symbols, {phase, gain}).phase;
        track_.add_known(0.5 * double(from + to - 1), phase,
                         1 / (likelihood.information() * double(to - from)));
    }
}

void Dvbs2Carrier::follow_data(const Dvbs2Plframe& frame,
                               const sync::PhaseLikelihood& likelihood)
{
    const double information = likelihood.information(), wander = wander_.per_symbol();
    const double wanted =
        std::max(kBlockInformation / information, 1 / std::sqrt(information * wander));
    if (!(wanted < kBetweenPilots))
        return;
    const size_t block = std::max(kLeastBlock, size_t(wanted));
    const auto symbols = std::span(symbols_);
    track_.clear();
    track_.add_known(
        kHeaderMiddle,
        sync::known_phase(symbols.first(kPlHeaderSymbols), known_header(frame.pls_code)),
        known_variance(kPlHeaderSymbols));
    const size_t pilots = framing::pilot_blocks(frame.modcod->slots);
    size_t begin = kPlHeaderSymbols;
    for (size_t k = 0; k < pilots; ++k) {
        const size_t end = kPlHeaderSymbols + framing::pilot_block_begin(k);
        track_data(begin, end, block, likelihood);
        track_.add_known(
            double(end) + kPilotMiddle,
            sync::known_phase(symbols.subspan(end, kPilotBlockSymbols), pilot_block()),
            known_variance(kPilotBlockSymbols));
        begin = end + kPilotBlockSymbols;
    }
    if (begin < frame.symbols.size())
        track_data(begin, frame.symbols.size(), block, likelihood);
    track_.measured(points_);
    smoother_.smooth(points_, wander);
    track_.replace(points_);
    extract(frame);
}

} // namespace depinsat::waveform
