#pragma once

#include "depinsat/core/types.h"

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace depinsat::reference {

/// The 64 bits of a PLS code, one character each, as EN 302 307-1, clause 5.5.2.4 says it in
/// words: rows XORed, each bit doubled, second copy XORed with b7, scrambled.
inline std::string pls_bits(unsigned pls_code)
{
    const std::array<uint32_t, 7> rows{0x90AC2DDD, 0x55555555, 0x33333333, 0x0F0F0F0F,
                                       0x00FF00FF, 0x0000FFFF, 0xFFFFFFFF};
    const std::string scrambling =
        "0111000110011101100000111100100101010011010000100010110111111010";
    std::string bits;
    for (unsigned i = 0; i < 64; ++i) {
        unsigned y = scrambling[i] - '0';
        for (unsigned b = 0; b < 7; ++b)
            y ^= (pls_code >> (7 - b) & 1) & (rows[b] >> (31 - i / 2) & 1);
        if (i % 2)
            y ^= pls_code & 1;
        bits += char('0' + y);
    }
    return bits;
}

/// PLHEADER, clause 5.5.2: bits in pairs, I and Q by the formulae of the standard.
inline std::vector<std::complex<double>> plheader(unsigned pls_code)
{
    const std::string bits = "01100011010010111010000010" + pls_bits(pls_code);
    std::vector<std::complex<double>> symbols;
    for (size_t i = 0; i < bits.size(); ++i) {
        const double a = (bits[i] == '1' ? -1 : 1) / std::sqrt(2.0);
        std::complex<double> symbol = i % 2 == 0 ? std::complex(a, a) : std::complex(-a, a);
        if (i >= 26 && pls_code >= 128)
            symbol *= std::complex<double>(0, 1);
        symbols.push_back(symbol);
    }
    return symbols;
}

/// R_n(0) ... R_n(count - 1) as ASCII digits: whole periods of the two m-sequences,
/// clause 5.5.4.
inline std::string gold_digits(unsigned n, size_t count)
{
    constexpr size_t kPeriod = 262143;
    std::vector<uint8_t> x(kPeriod), y(kPeriod);
    x[0] = 1;
    for (size_t i = 0; i < 18; ++i)
        y[i] = 1;
    for (size_t i = 0; i + 18 < kPeriod; ++i) {
        x[i + 18] = x[i + 7] ^ x[i];
        y[i + 18] = y[i + 10] ^ y[i + 7] ^ y[i + 5] ^ y[i];
    }
    const auto z = [&](size_t i) {
        return x[(i + n) % kPeriod] ^ y[i % kPeriod];
    };
    std::string digits;
    for (size_t i = 0; i < count; ++i)
        digits += char('0' + 2 * z((i + 131072) % kPeriod) + z(i));
    return digits;
}

} // namespace depinsat::reference
