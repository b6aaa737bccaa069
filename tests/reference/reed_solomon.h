#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

namespace depinsat::reference {

/// Multiplication in GF(2^8) bit by bit, x^8 + x^7 + x^2 + x + 1.
inline uint8_t gf_multiply(unsigned a, unsigned b)
{
    unsigned product = 0;
    for (; b != 0; b >>= 1, a = a << 1 ^ (a & 0x80 ? 0x187 : 0))
        product ^= b & 1 ? a : 0;
    return uint8_t(product);
}

inline uint8_t gf_alpha_power(unsigned exponent)
{
    uint8_t power = 1;
    for (unsigned i = 0; i < exponent % 255; ++i)
        power = gf_multiply(power, 2);
    return power;
}

/// g(x) = product of (x - alpha^(11 j)), j = 128 - e to 127 + e, highest power first.
inline std::vector<uint8_t> reed_solomon_generator(unsigned e)
{
    std::vector<uint8_t> g{1};
    for (unsigned j = 128 - e; j <= 127 + e; ++j) {
        const uint8_t root = gf_alpha_power(11 * j);
        g.push_back(0);
        for (size_t i = g.size() - 1; i > 0; --i)
            g[i] ^= gf_multiply(g[i - 1], root);
    }
    return g;
}

/// Parity of one codeword in the conventional basis: long division.
inline std::vector<uint8_t> reed_solomon_parity(unsigned e, const std::vector<uint8_t>& data)
{
    const auto g = reed_solomon_generator(e);
    std::vector<uint8_t> dividend(data.size() + 2 * e);
    std::copy(data.begin(), data.end(), dividend.begin());
    for (size_t i = 0; i < data.size(); ++i) {
        const uint8_t factor = dividend[i];
        for (size_t j = 0; j < g.size(); ++j)
            dividend[i + j] ^= gf_multiply(factor, g[j]);
    }
    return {dividend.begin() + long(data.size()), dividend.end()};
}

/// The dual basis as the standard defines it: [z0..z7] = [u7..u0] T.
inline uint8_t to_dual_basis(uint8_t u)
{
    static constexpr const char* kT[8] = {"10001101", "11101111", "11101100", "10000110",
                                          "11111010", "10011001", "10101111", "01111011"};
    unsigned z = 0;
    for (int column = 0; column < 8; ++column) {
        int bit = 0;
        for (int row = 0; row < 8; ++row)
            bit ^= (u >> (7 - row) & 1) & (kT[row][column] - '0');
        z = z << 1 | unsigned(bit);
    }
    return uint8_t(z);
}

inline uint8_t from_dual_basis(uint8_t z)
{
    unsigned u = 0;
    while (to_dual_basis(uint8_t(u)) != z)
        ++u;
    return uint8_t(u);
}

} // namespace depinsat::reference
