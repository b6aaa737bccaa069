#pragma once

#include "depinsat/core/bits.h"
#include "depinsat/core/types.h"

#include <cmath>
#include <cstdint>
#include <random>
#include <span>
#include <vector>

namespace depinsat::test {

/// LLRs of a packed codeword after Gray-mapped QPSK and white Gaussian noise.
///
/// The two bits of a QPSK symbol are apart, so each is an antipodal signal at the same Es/N0.
/// @param scale_db  the demapper takes Es/N0 for so much better than it is.
inline std::vector<Llr> qpsk_llrs(std::span<const uint8_t> codeword,
                                  double esn0_db,
                                  std::mt19937& rng,
                                  double scale_db = 0)
{
    const double esn0 = std::pow(10.0, esn0_db / 10);
    const double gain = kLlrScale * 2 * std::pow(10.0, (esn0_db + scale_db) / 10);
    std::normal_distribution<double> noise(0.0, std::sqrt(1 / esn0)); // amplitude 1
    std::vector<Llr> llrs(8 * codeword.size());
    for (size_t i = 0; i < llrs.size(); ++i) {
        const double received = (get_bit(codeword, i) ? -1 : 1) + noise(rng);
        llrs[i] = Llr::saturate(int(std::lround(gain * received)));
    }
    return llrs;
}

/// As qpsk_llrs(), in nat and not rounded.
inline std::vector<float>
qpsk_llrs_in_nat(std::span<const uint8_t> codeword, double esn0_db, std::mt19937& rng)
{
    const double esn0 = std::pow(10.0, esn0_db / 10);
    std::normal_distribution<double> noise(0.0, std::sqrt(1 / esn0)); // amplitude 1
    std::vector<float> llrs(8 * codeword.size());
    for (size_t i = 0; i < llrs.size(); ++i)
        llrs[i] = float(2 * esn0 * ((get_bit(codeword, i) ? -1 : 1) + noise(rng)));
    return llrs;
}

} // namespace depinsat::test
