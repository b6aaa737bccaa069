#pragma once

#include "depinsat/core/bits.h"
#include "depinsat/fec/bch_code.h"

#include <cstdint>
#include <span>
#include <vector>

namespace depinsat::reference {

/// Polynomial division bit by bit: message(x) * x^(n - k) modulo the generator.
inline std::vector<uint8_t> bch_encode(const fec::BchCode& code,
                                       std::span<const uint8_t> message)
{
    const size_t parity_length = code.n - code.k;
    std::vector<uint8_t> generator(1, 1); // highest power first, one coefficient an element
    for (size_t i = 0; i < parity_length; ++i)
        generator.push_back(code.generator[i / 64] >> (63 - i % 64) & 1);

    std::vector<uint8_t> dividend(code.n, 0);
    for (size_t i = 0; i < code.k; ++i)
        dividend[i] = get_bit(message, i);
    for (size_t i = 0; i < code.k; ++i)
        if (dividend[i])
            for (size_t j = 0; j < generator.size(); ++j)
                dividend[i + j] ^= generator[j];

    for (size_t i = 0; i < code.k; ++i)
        dividend[i] = get_bit(message, i);
    std::vector<uint8_t> codeword(code.n / 8);
    pack_bits(dividend, codeword);
    return codeword;
}

} // namespace depinsat::reference
