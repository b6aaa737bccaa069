#pragma once

#include "depinsat/core/types.h"

#include <span>

namespace depinsat::sync {

/// Frequency at which known symbols correlate best: maximum likelihood for one block.
struct FrequencyEstimate {
    double frequency = 0;   ///< cycles per symbol, positive if the carrier lies above nominal
    double phase = 0;       ///< radians, at the middle of the block: (size - 1) / 2
    double correlation = 0; ///< |sum|^2 / (sent energy * received energy); 1 without noise
};

/// @param received  a block of 1 to 128 symbols.
/// @param sent      as many, known.
/// @param centre    cycles per symbol; centre +- range is searched.
/// Accuracy  the Cramer-Rao bound, sqrt(6 / (Es/N0 N^3)) / (2 pi), where the peak
///           stands out of the noise.
/// Cost      8 * range * N^2 complex multiplications, at least 8 N.
FrequencyEstimate estimate_frequency(std::span<const Sample> received,
                                     std::span<const Sample> sent,
                                     double centre,
                                     double range);

/// Takes away the modulation of PSK: u = r^m / |r|^(m - 2), so that a carrier remains at m
/// times the frequency; m = 1 leaves the symbols as they are.
///
/// @param m  1 (unmodulated), 4 (QPSK), or 8 (8PSK).
void remove_psk(std::span<const Sample> symbols, unsigned m, std::span<Sample> carrier);

/// Highest peak of the spectrum of a carrier in noise.
struct CarrierPeak {
    double frequency = 0; ///< cycles per symbol of the carrier
    double strength = 0;  ///< power over that of noise; noise alone exceeds x with exp(-x) at
                          ///< each of about 4 * range * N places
};

/// @param carrier  from remove_psk(), 16 to 8192 symbols.
/// @param range    cycles per symbol of `carrier` (m times that of the signal), at most 0.03.
/// Accuracy  the Cramer-Rao bound within 1 dB, down to a strength of 20.
/// Cost      N / 16 * (8 range N + 4) complex multiplications.
CarrierPeak carrier_peak(std::span<const Sample> carrier, double range);

} // namespace depinsat::sync
