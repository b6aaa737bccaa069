#pragma once

#include "depinsat/channel/awgn.h"
#include "depinsat/channel/clock_error.h"
#include "depinsat/channel/frequency_offset.h"
#include "depinsat/channel/phase_noise.h"

#include <optional>
#include <random>
#include <vector>

namespace depinsat::fer {

/// What a signal meets on its way from a transmitter to a receiver.
struct Impairments {
    double esn0_db = 0;
    double samples_per_symbol = 2;    ///< of the receiver, 1.2 to 32
    double symbol_rate_baud = 1e6;    ///< above 0; what Hz below count by
    double cfo = 0;                   ///< cycles per symbol, -0.5 to 0.5
    double clock_ppm = 0;             ///< positive: the sender's clock is fast
    double doppler_rate_hz_per_s = 0; ///< to and fro within kDopplerSpan around cfo
    bool spectral_inversion = false;
    std::vector<channel::PhaseNoisePoint> phase_noise = {}; ///< mask; empty: none
};

/// Cycles per symbol either side of the carrier that a Doppler rate moves it.
inline constexpr double kDopplerSpan = 0.1;

/// A path with these impairments, at a phase and a timing that its seed decides.
///
/// Shape     samples at kShapedRate a symbol in, of mean power 1; at samples_per_symbol out.
/// Order     clock and timing, phase noise, carrier, inversion, noise.
/// Threads   one object per thread.
class ImpairedPath
{
public:
    static constexpr unsigned kShapedRate = 2; ///< samples per symbol

    /// @throws std::invalid_argument naming what is wrong.
    ImpairedPath(const Impairments& impairments, std::mt19937_64& random);

    /// @return valid until the next call.
    std::span<const Sample> process(std::span<const Sample> shaped);

private:
    void turn_back();

    Impairments settings_;
    channel::ClockError clock_;
    std::optional<channel::PhaseNoise> phase_noise_;
    channel::FrequencyOffset carrier_;
    double doppler_rate_;
    channel::Awgn noise_;
    std::vector<Sample> samples_;
};

} // namespace depinsat::fer
