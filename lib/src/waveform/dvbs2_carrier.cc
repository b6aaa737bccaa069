#include "dvbs2_carrier.h"

#include "depinsat/framing/plframe.h"
#include "depinsat/sync/carrier_frequency.h"
#include "depinsat/sync/derotator.h"
#include "dvbs2_known_symbols.h"

#include <algorithm>
#include <cassert>
#include <numbers>

namespace depinsat::waveform {

namespace {

using framing::kPilotBlockSymbols;
using framing::kPlHeaderSymbols;

constexpr size_t kMostForFrequency = 8192; // symbols
constexpr double kTwoPi = 2 * std::numbers::pi;
constexpr double kSurePeak = 9;   // noise is as strong in 1 of 150 tracked frames
constexpr double kPlainPeak = 50; // blocks of 512 symbols hardly slip
constexpr size_t kBlock = 512; // symbols of Viterbi and Viterbi: as many as not to slip at the
                               // threshold of the lowest code
constexpr double kPointPhase = std::numbers::pi / 4;

/// Power that takes the modulation away; 0 where none does, or none that stands out of the
/// noise.
unsigned order(const framing::Modcod* modcod)
{
    if (!modcod)
        return 1;
    return modcod->constellation == "QPSK" ? 4 : 0;
}

} // namespace

double
Dvbs2Carrier::recover(const Dvbs2Plframe& frame, double frequency, double range, bool held)
{
    assert(frame.symbols.size() > kPlHeaderSymbols);
    symbols_.assign(frame.symbols.begin(), frame.symbols.end());
    symbols_.insert(symbols_.end(), frame.next_header.begin(), frame.next_header.end());
    sync::derotate(symbols_, frequency);
    const auto payload =
        std::span(symbols_).subspan(kPlHeaderSymbols, frame.symbols.size() - kPlHeaderSymbols);
    scrambler_.descramble(payload, payload);
    if (order(frame.modcod) != 0) {
        const auto peak = power_peak(frame, range);
        if (!frame.modcod || peak.strength > kPlainPeak)
            return frequency + recover_by_power(frame, peak);
    }
    return frequency + recover_by_likelihood(frame, range, held);
}

sync::CarrierPeak Dvbs2Carrier::power_peak(const Dvbs2Plframe& frame, double range)
{
    const auto payload =
        std::span(symbols_).subspan(kPlHeaderSymbols, frame.symbols.size() - kPlHeaderSymbols);
    const unsigned m = order(frame.modcod);
    carrier_.resize(frame.pilots ? std::min(payload.size(), kMostForFrequency)
                                 : payload.size());
    sync::remove_psk(payload.first(carrier_.size()), m, carrier_);
    return sync::carrier_peak(
        std::span(carrier_).first(std::min(carrier_.size(), kMostForFrequency)), m * range);
}

double Dvbs2Carrier::recover_by_power(const Dvbs2Plframe& frame, sync::CarrierPeak peak)
{
    const unsigned m = order(frame.modcod);
    carrier_found_ = peak.strength > kSurePeak;
    const double correction = carrier_found_ ? peak.frequency / m : 0.0;
    sync::derotate(symbols_, correction);

    measure(frame);
    track_known(frame);
    if (!frame.pilots) {
        sync::derotate(carrier_, m * correction,
                       2 * std::numbers::pi * m * correction * kPlHeaderSymbols);
        track_blocks(m);
    }
    track_next_header(frame, m);
    // The next one's will be measured like this one's, over so many symbols.
    const auto measured = double(std::min(carrier_.size(), kMostForFrequency));
    drift_ = frame.pilots
                 ? track_.slope_at(double(frame.symbols.size()) + 0.5 * measured) / kTwoPi
                 : 0;
    if (frame.pilots)
        smooth_phase();
    extract(frame);
    wanders_ = follows_data();
    if (frame.pilots)
        refine_by_data(frame);
    return correction;
}

void Dvbs2Carrier::track_known(const Dvbs2Plframe& frame)
{
    const auto received_header = std::span(symbols_).first(kPlHeaderSymbols);
    track_.clear();
    track_.add_known(kHeaderMiddle,
                     sync::known_phase(received_header, known_header(frame.pls_code)),
                     known_variance(kPlHeaderSymbols));
    const size_t blocks = frame.pilots ? framing::pilot_blocks(frame.modcod->slots) : 0;
    for (size_t block = 0; block < blocks; ++block) {
        const size_t begin = kPlHeaderSymbols + framing::pilot_block_begin(block);
        const auto received = std::span(symbols_).subspan(begin, kPilotBlockSymbols);
        track_.add_known(double(begin) + kPilotMiddle,
                         sync::known_phase(received, pilot_block()),
                         known_variance(kPilotBlockSymbols));
    }
}

void Dvbs2Carrier::track_blocks(unsigned m)
{
    const size_t blocks = std::max<size_t>(carrier_.size() / kBlock, 1);
    for (size_t block = 0; block < blocks; ++block) {
        const size_t begin = block * carrier_.size() / blocks;
        const size_t end = (block + 1) * carrier_.size() / blocks;
        const auto carrier = std::span(carrier_).subspan(begin, end - begin);
        const double middle = double(kPlHeaderSymbols) + 0.5 * double(begin + end - 1);
        track_.add_ambiguous(middle, sync::psk_phase(carrier, m, kPointPhase), m);
    }
}

void Dvbs2Carrier::track_next_header(const Dvbs2Plframe& frame, unsigned m)
{
    if (frame.next_header.empty())
        return;
    const auto received = std::span(symbols_).subspan(frame.symbols.size(), kPlHeaderSymbols);
    track_.add_known_after_ambiguous(
        double(frame.symbols.size()) + kHeaderMiddle,
        sync::known_phase(received, known_header(frame.next_pls_code)), m,
        known_variance(kPlHeaderSymbols));
}

void Dvbs2Carrier::measure(const Dvbs2Plframe& frame)
{
    snr_.add_block(std::span(symbols_).first(kPlHeaderSymbols), known_header(frame.pls_code));
    const size_t blocks = frame.pilots ? framing::pilot_blocks(frame.modcod->slots) : 0;
    for (size_t block = 0; block < blocks; ++block) {
        const size_t begin = kPlHeaderSymbols + framing::pilot_block_begin(block);
        snr_.add_block(std::span(symbols_).subspan(begin, kPilotBlockSymbols), pilot_block());
    }
    snr_.end_frame(snr_memory_ / double(frame.symbols.size()));
}

void Dvbs2Carrier::extract(const Dvbs2Plframe& frame)
{
    xfecframe_.clear();
    if (!frame.modcod)
        return;
    const auto whole = std::span(symbols_).first(frame.symbols.size());
    track_.correct(symbols_); // with the next PLHEADER
    const auto payload = whole.subspan(kPlHeaderSymbols);
    xfecframe_.resize(frame.modcod->slots * framing::kSlotSymbols);
    if (frame.pilots)
        framing::remove_pilots(payload, xfecframe_);
    else
        std::copy(payload.begin(), payload.end(), xfecframe_.begin());
    const double power = snr_.signal_power();
    const auto scale = float(power > 0 ? 1 / std::sqrt(power) : 1.0);
    for (Sample& x : xfecframe_)
        x *= scale;
}

} // namespace depinsat::waveform
