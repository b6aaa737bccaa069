#pragma once

#include "depinsat/core/bits.h"
#include "depinsat/core/types.h"
#include "depinsat/fec/convolutional_encoder.h"

#include <bit>
#include <cmath>
#include <cstdint>
#include <random>
#include <span>
#include <vector>

namespace depinsat::test {

/// A terminated frame: packed bits.
inline std::vector<uint8_t> convolutional_frame(const fec::ConvolutionalCode& code,
                                                std::span<const uint8_t> message)
{
    fec::ConvolutionalEncoder encoder(code);
    std::vector<uint8_t> out(2 * message.size() + 4);
    size_t written = encoder.encode(message, out);
    written += encoder.finish(std::span(out).subspan(written));
    out.resize(written);
    return out;
}

/// LLRs in nat of the first `count` bits, sent as BPSK through white Gaussian noise.
inline std::vector<float>
bpsk_llrs(std::span<const uint8_t> bits, size_t count, double esn0_db, std::mt19937& rng)
{
    const double esn0 = std::pow(10.0, esn0_db / 10);
    std::normal_distribution<double> noise(0.0, std::sqrt(1 / (2 * esn0))); // amplitude 1
    std::vector<float> llrs(count);
    for (size_t i = 0; i < count; ++i)
        llrs[i] = float(4 * esn0 * ((get_bit(bits, i) ? -1 : 1) + noise(rng)));
    return llrs;
}

inline std::vector<Llr> quantised(const std::vector<float>& llrs)
{
    std::vector<Llr> out;
    for (const float llr : llrs)
        out.push_back(Llr::saturate(int(std::lround(kLlrScale * llr))));
    return out;
}

/// Es/N0 of each channel bit in dB, for Eb/N0 of the information bits.
inline double esn0_db(const fec::ConvolutionalCode& code, double ebn0_db)
{
    return ebn0_db +
           10 * std::log10(double(code.period) / double(coded_bits(code, code.period)));
}

inline size_t different_bits(std::span<const uint8_t> a, std::span<const uint8_t> b)
{
    size_t count = 0;
    for (size_t i = 0; i < a.size(); ++i)
        count += size_t(std::popcount(unsigned(a[i] ^ b[i])));
    return count;
}

} // namespace depinsat::test
