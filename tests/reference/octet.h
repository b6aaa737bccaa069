#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace depinsat::reference {

/// Product in GF(256), term by term: RFC 6330, clause 5.7.
inline uint8_t multiply_octets(unsigned a, unsigned b)
{
    unsigned product = 0;
    for (unsigned bit = 0; bit < 8; ++bit)
        if (b >> bit & 1)
            product ^= a << bit;
    for (unsigned bit = 15; bit >= 8; --bit)
        if (product >> bit & 1)
            product ^= 0x11du << (bit - 8); // x^8 = x^4 + x^3 + x^2 + 1
    return uint8_t(product);
}

inline uint8_t invert_octet(uint8_t a)
{
    unsigned inverse = 1;
    while (multiply_octets(a, inverse) != 1)
        ++inverse;
    return uint8_t(inverse);
}

inline void
add_scaled_octets(std::span<const uint8_t> addend, std::span<uint8_t> sum, uint8_t factor)
{
    for (size_t i = 0; i < sum.size(); ++i)
        sum[i] ^= multiply_octets(addend[i], factor);
}

} // namespace depinsat::reference
