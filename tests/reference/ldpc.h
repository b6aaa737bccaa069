#pragma once

#include "depinsat/fec/ldpc_code.h"

#include <algorithm>
#include <cstdint>
#include <vector>

namespace depinsat::reference {

using Bits = std::vector<uint8_t>; ///< one bit an element

/// EN 302 307-1, clause 5.3.2, word for word.
inline Bits ldpc_encode(const fec::LdpcCode& code, const Bits& information)
{
    const size_t parity_length = code.n - code.k;
    Bits parity(parity_length, 0);
    for (size_t i = 0; i < code.k; ++i)
        for (const size_t x : code.rows[i / 360])
            parity[(x + i % 360 * code.q) % parity_length] ^= information[i];
    for (size_t i = 1; i < parity_length; ++i)
        parity[i] ^= parity[i - 1];
    Bits codeword = information;
    codeword.insert(codeword.end(), parity.begin(), parity.end());
    return codeword;
}

/// Whether H c = 0: the checks that the definition of the parity bits implies, one by one.
inline bool ldpc_checks_hold(const fec::LdpcCode& code, const Bits& codeword)
{
    const size_t parity_length = code.n - code.k;
    Bits syndrome(parity_length, 0);
    for (size_t i = 0; i < code.k; ++i)
        for (const size_t x : code.rows[i / 360])
            syndrome[(x + i % 360 * code.q) % parity_length] ^= codeword[i];
    for (size_t i = 0; i < parity_length; ++i) {
        syndrome[i] ^= codeword[code.k + i];
        if (i > 0)
            syndrome[i] ^= codeword[code.k + i - 1];
    }
    return std::ranges::all_of(syndrome, [](uint8_t bit) { return bit == 0; });
}

} // namespace depinsat::reference
