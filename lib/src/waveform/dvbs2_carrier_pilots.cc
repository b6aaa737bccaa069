#include "depinsat/framing/plframe.h"
#include "dvbs2_carrier.h"
#include "dvbs2_known_symbols.h"

#include <algorithm>
#include <cmath>
#include <numbers>

/// Phase of frames with pilots. How much it wanders decides over how many pilot blocks it is
/// averaged; noise of a local oscillator may turn it by more between two of them than the
/// demapper can bear, and then the symbols between tell where it went.
namespace depinsat::waveform {

namespace {

using framing::kPilotBlockSymbols;
using framing::kPlHeaderSymbols;

constexpr size_t kBetweenPilots = framing::kPilotPeriodSlots * framing::kSlotSymbols;
constexpr double kTwoPi = 2 * std::numbers::pi;
constexpr double kHarmless = 0.01; // of the noise that turns symbols
constexpr double kWithin = 0.5;    // of the wander from pilot to pilot: noise of an oscillator
                                   // falls faster with frequency than a random walk
constexpr size_t kLeastBlock = 32; // symbols
constexpr double kBlock = 0.5;     // of that in which the phase wanders as much as the symbols
                                   // leave open

constexpr size_t kFewPilots = 5; // blocks: up to here what they leave open of the phase costs
                                 // up to a tenth of a decibel, and more behind the last one
constexpr double kUnknown = 100; // radians^2

constexpr double kDoubted = 0.99; // certainty of a phase below which its symbols count less

double nearest(double phase, double reference)
{
    return reference + std::remainder(phase - reference, kTwoPi);
}

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
bool Dvbs2Carrier::follows_data() const
{
    return wander_.per_symbol() * kBetweenPilots / 6 > kHarmless * 0.5 * snr_.n0();
}

/// What is left of the phase where data tells more of it than the pilots do.
void Dvbs2Carrier::refine_by_data(const Dvbs2Plframe& frame)
{
    if (wanders_)
        return follow_data(frame, prepared_likelihood(frame));
    if (framing::pilot_blocks(frame.modcod->slots) <= kFewPilots)
        average_data(frame, prepared_likelihood(frame));
}

/// Short frames have so few pilots that the symbols between them, as a whole, tell more.
void Dvbs2Carrier::average_data(const Dvbs2Plframe& frame,
                                const sync::PhaseLikelihood& likelihood)
{
    measure_known_places(frame);
    const size_t gaps = framing::pilot_blocks(frame.modcod->slots) + 1;
    points_.clear();
    for (size_t k = 0; k < known_places_.size(); ++k) {
        points_.push_back(known_places_[k]);
        if (k == gaps)
            break;
        const auto gap = gap_behind(frame, k);
        const auto data = std::span(symbols_).subspan(gap.begin, gap.end - gap.begin);
        points_.push_back({0.5 * double(gap.begin + gap.end - 1),
                           likelihood.refine(data, {0, gain()}).phase,
                           1 / (likelihood.information() * double(data.size()))});
    }
    if (known_places_.size() == gaps) // the phase goes on to the end as it did before
        points_.push_back({double(frame.symbols.size()), points_.back().phase, kUnknown});
    smoother_.smooth(points_, wander_.per_symbol());
    track_.replace(points_);
    extract(frame);
}

/// What is left of the phase of the known symbols.
void Dvbs2Carrier::measure_known_places(const Dvbs2Plframe& frame)
{
    track_known(frame);
    track_next_header(frame, 1);
    track_.measured(known_places_);
}

double Dvbs2Carrier::gain() const
{
    return std::sqrt(std::max(snr_.signal_power(), 1e-12));
}

/// Symbols of unknown data behind a known place.
Dvbs2Carrier::Gap Dvbs2Carrier::gap_behind(const Dvbs2Plframe& frame, size_t place)
{
    const size_t pilots = framing::pilot_blocks(frame.modcod->slots);
    const size_t begin =
        place == 0 ? 0 : framing::pilot_block_begin(place - 1) + kPilotBlockSymbols;
    return {kPlHeaderSymbols + begin,
            place == pilots ? frame.symbols.size()
                            : kPlHeaderSymbols + framing::pilot_block_begin(place)};
}

/// Adds to the points what symbols of unknown data tell, block by block, from the last point
/// to the next known place.
void Dvbs2Carrier::add_data(const Dvbs2Plframe& frame,
                            size_t place,
                            const sync::PhaseFollower::Walk& walk,
                            const sync::PhaseLikelihood& likelihood,
                            const sync::MeasuredPhase* behind)
{
    using Follower = sync::PhaseFollower;
    const auto gap = gap_behind(frame, place);
    const auto data = std::span(symbols_).subspan(gap.begin, gap.end - gap.begin);
    const auto path = follower_.follow(
        data, likelihood, walk, {points_.back().phase, points_.back().variance},
        behind ? std::optional(Follower::End{behind->phase, behind->variance}) : std::nullopt);
    const bool psk = frame.modcod->constellation.find("APSK") == std::string_view::npos;
    for (size_t k = 0; k < path.size(); ++k) {
        const size_t from = Follower::block_begin(k, path.size(), data.size());
        const size_t to = Follower::block_begin(k + 1, path.size(), data.size());
        const auto block = data.subspan(from, to - from);
        points_.push_back({double(gap.begin) + 0.5 * double(from + to - 1),
                           likelihood.refine(block, {path[k].phase, walk.gain}).phase,
                           1 / (likelihood.information() * double(block.size()))});
        // Of APSK, weaker symbols would be those of inner rings.
        if (psk && path[k].certainty < kDoubted)
            for (Sample& x : block)
                x *= float(path[k].certainty);
    }
}

void Dvbs2Carrier::follow_data(const Dvbs2Plframe& frame,
                               const sync::PhaseLikelihood& likelihood)
{
    const double wander = kWithin * wander_.per_symbol();
    const double block = kBlock / std::sqrt(likelihood.information() * wander);
    if (!(block < kBetweenPilots))
        return;
    measure_known_places(frame);
    const sync::PhaseFollower::Walk walk{wander, gain(), std::max(kLeastBlock, size_t(block))};
    const size_t gaps = framing::pilot_blocks(frame.modcod->slots) + 1;
    points_.clear();
    for (size_t k = 0; k < known_places_.size(); ++k) {
        points_.push_back(known_places_[k]);
        if (k > 0)
            points_.back().phase =
                nearest(points_.back().phase, points_[points_.size() - 2].phase);
        if (k < gaps)
            add_data(frame, k, walk, likelihood,
                     k + 1 < known_places_.size() ? &known_places_[k + 1] : nullptr);
    }
    smoother_.smooth(points_, wander_.per_symbol());
    track_.replace(points_);
    extract(frame);
}

} // namespace depinsat::waveform
