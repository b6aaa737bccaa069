#include "depinsat/framing/plframe.h"
#include "depinsat/sync/carrier_frequency.h"
#include "depinsat/sync/derotator.h"
#include "dvbs2_carrier.h"
#include "dvbs2_known_symbols.h"

#include <algorithm>
#include <cmath>
#include <complex>
#include <numbers>

/// No power of APSK leaves a carrier that stands out of the noise, and the 8th of 8PSK does not
/// do so where its lowest codes still hold. Known symbols give phase and frequency, up to whole
/// turns between two of them; which of these it is, the likelihood of all symbols between
/// tells.
namespace depinsat::waveform {

namespace {

using framing::kPlHeaderSymbols;

constexpr double kTwoPi = 2 * std::numbers::pi;
constexpr double kDeviations = 5;  // of the frequency, in the range that it is given with
constexpr double kTried = 4;       // deviations
constexpr double kSteady = 1.5e-5; // deviation from one frame to the next, cycles per symbol
constexpr double kFractions = 2;   // of a turn over the frame that are tried without an end,
                                   // times the root of the number of points
constexpr double kHeld = 40;       // nats by which a frequency that was right is believed
constexpr double kPeakGrid = 0.1;  // of the width of a peak
constexpr double kBlockInformation = 1000; // radians^-2: a deviation of 0.03
constexpr double kBlockPerNoise = 100;     // so that the phase adds a fiftieth to the noise
constexpr size_t kLeastBlock = 256;        // symbols
constexpr double kGainVariance = 4e-4;     // of the gain control, from frame to frame

/// Frequency as a Gaussian, cycles per symbol.
struct Belief {
    double frequency, deviation;
};

/// What was known before and what the PLHEADER tells.
Belief believed(std::span<const Sample> received, uint8_t pls_code, double range, double n0)
{
    constexpr double kSymbols = kPlHeaderSymbols;
    const double prior = range > Dvbs2Carrier::kTracked ? range / kDeviations : kSteady;
    const auto header =
        sync::estimate_frequency(received, known_header(pls_code), 0, range).frequency;
    const double variance =
        1.5 * n0 / (kSymbols * kSymbols * kSymbols * std::numbers::pi * std::numbers::pi);
    const double weight = prior * prior / (prior * prior + variance);
    return {weight * header, prior * std::sqrt(1 - weight)};
}

} // namespace

double Dvbs2Carrier::recover_by_likelihood(const Dvbs2Plframe& frame, double range, bool held)
{
    measure(frame);
    const auto belief =
        believed(std::span(symbols_).first(kPlHeaderSymbols), frame.pls_code, range, snr_.n0());
    raw_ = symbols_;
    sum_known(frame);
    const auto& likelihood = prepared_likelihood(frame);
    const auto known = known_frequency(frame);
    const double step = 1 / known.turn;
    const double first =
        known.frequency + step * std::round((belief.frequency - known.frequency) / step);
    const int tried =
        known.turn * range < 0.5 ? 0 : int(std::ceil(kTried * belief.deviation / step));
    const double per_sum = 2 / (snr_.n0() * std::sqrt(std::max(snr_.signal_power(), 1e-12)));
    double best = first, highest = -1e300;
    for (int k = -tried; k <= tried && tried > 0; ++k) {
        const double frequency = nearest_peak(first + k * step, step / 2);
        const double off = (frequency - belief.frequency) / belief.deviation;
        correct(frame, frequency);
        const double score = likelihood.log_likelihood(xfecframe_, {}) +
                             per_sum * known_sum(frequency) - 0.5 * off * off +
                             (held && std::abs(frequency) < kTracked ? kHeld : 0);
        if (score > highest) {
            highest = score;
            best = frequency;
        }
    }
    turn_back(frame, best);
    const auto size = double(frame.symbols.size());
    drift_ = frame.pilots ? track_.slope_at(1.5 * size) / kTwoPi : 0; // from middle to middle
    if (frame.pilots)
        smooth_phase();
    extract(frame);
    wanders_ = follows_data();
    if (frame.pilots)
        refine_by_data(frame);
    const double rest = frame.pilots ? 0 : follow_phase(frame, likelihood) / kTwoPi;
    carrier_found_ = likelihood.in_phase(xfecframe_);
    return best + rest;
}

/// Turns the symbols back by a frequency, and by the phase of the known ones.
void Dvbs2Carrier::correct(const Dvbs2Plframe& frame, double frequency)
{
    turn_back(frame, frequency);
    extract(frame);
}

/// Turns the symbols back by a frequency, and measures the phase of the known ones.
void Dvbs2Carrier::turn_back(const Dvbs2Plframe& frame, double frequency)
{
    symbols_ = raw_;
    sync::derotate(symbols_, frequency);
    track_known(frame);
    track_next_header(frame, 1);
}

/// Known symbols as received, their modulation taken away, block by block.
void Dvbs2Carrier::sum_known(const Dvbs2Plframe& frame)
{
    known_.clear();
    const auto add = [&](size_t begin, std::span<const Sample> sent) {
        std::complex<double> sum = 0;
        for (size_t i = 0; i < sent.size(); ++i)
            sum += raw_[begin + i] * std::conj(sent[i]);
        known_.push_back({double(begin) + 0.5 * double(sent.size() - 1), sum});
    };
    add(0, known_header(frame.pls_code));
    const size_t blocks = frame.pilots ? framing::pilot_blocks(frame.modcod->slots) : 0;
    for (size_t block = 0; block < blocks; ++block)
        add(kPlHeaderSymbols + framing::pilot_block_begin(block), pilot_block());
    if (!frame.next_header.empty())
        add(frame.symbols.size(), known_header(frame.next_pls_code));
}

Dvbs2Carrier::Known Dvbs2Carrier::known_frequency(const Dvbs2Plframe& frame) const
{
    if (known_.size() == 1)
        return {0, kFractions * std::exp2(0.5 * frame.modcod->bits_per_symbol) *
                       double(frame.symbols.size())};
    std::complex<double> turn = 0;
    for (size_t k = 1; k < known_.size(); ++k)
        turn += known_[k].sum * std::conj(known_[k - 1].sum);
    const double distance =
        (known_.back().middle - known_.front().middle) / double(known_.size() - 1);
    return {std::arg(turn) / (kTwoPi * distance), distance};
}

/// How much the known symbols add up to, if this is the frequency.
double Dvbs2Carrier::known_sum(double frequency) const
{
    std::complex<double> sum = 0;
    for (const auto& block : known_)
        sum += block.sum * std::polar(1.0, -kTwoPi * frequency * block.middle);
    return std::abs(sum);
}

/// The known blocks do not lie at equal distances, so whole turns do not between their peaks.
double Dvbs2Carrier::nearest_peak(double centre, double range) const
{
    if (known_.size() < 3)
        return centre;
    const double step = kPeakGrid / (known_.back().middle - known_.front().middle);
    const auto half = int(range / step);
    double best = centre, highest = known_sum(centre);
    for (int k = -half; k <= half; ++k)
        if (const double sum = known_sum(centre + k * step); sum > highest) {
            highest = sum;
            best = centre + k * step;
        }
    return best;
}

/// Amplitude of the PLHEADER, as far as it tells more than the frames before did.
double Dvbs2Carrier::header_gain(const Dvbs2Plframe& frame) const
{
    const auto sent = known_header(frame.pls_code);
    std::complex<double> sum = 0;
    for (size_t i = 0; i < sent.size(); ++i)
        sum += symbols_[i] * std::conj(sent[i]);
    const double measured =
        std::abs(sum) / (kPlHeaderSymbols * std::sqrt(std::max(snr_.signal_power(), 1e-12)));
    const double variance = snr_.n0() / (2.0 * kPlHeaderSymbols);
    return 1 + (measured - 1) * kGainVariance / (kGainVariance + variance);
}

/// Without pilots: what is left of the phase, and the gain, block by block.
/// @return radians per symbol that the frequency is still off.
double Dvbs2Carrier::follow_phase(const Dvbs2Plframe& frame,
                                  const sync::PhaseLikelihood& likelihood)
{
    const double wanted = std::max(kBlockInformation, kBlockPerNoise / snr_.n0()) /
                          std::max(likelihood.information(), 1e-3);
    const size_t block = std::max(kLeastBlock, size_t(wanted)), size = xfecframe_.size();
    const size_t blocks = size / block;
    if (blocks == 0)
        return 0;
    const double end = double(size) + kHeaderMiddle;
    sync::PhaseLikelihood::Carrier carrier{0, header_gain(frame)};
    track_.clear();
    track_.add_known(kHeaderMiddle - kPlHeaderSymbols, 0);
    for (size_t k = 0; k < blocks; ++k) {
        const size_t begin = k * size / blocks, behind = (k + 1) * size / blocks;
        const auto symbols = std::span(xfecframe_).subspan(begin, behind - begin);
        carrier = likelihood.refine(symbols, carrier);
        track_.add_known(0.5 * double(begin + behind - 1), carrier.phase);
        for (Sample& x : symbols)
            x *= float(1 / carrier.gain);
    }
    const bool open = frame.next_header.empty();
    if (!open)
        track_.add_known(end, 0);
    track_.correct(xfecframe_);
    return open ? carrier.phase / (double(size) + kPlHeaderSymbols) : 0;
}

} // namespace depinsat::waveform
