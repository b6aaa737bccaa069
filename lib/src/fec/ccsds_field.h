#pragma once

#include <array>
#include <cstdint>

namespace depinsat::fec {

/// GF(2^8) of the CCSDS Reed-Solomon codes: x^8 + x^7 + x^2 + x + 1.
///
/// Powers and logarithms are those of beta = alpha^11, which the generator polynomials are
/// written in; beta is primitive as well.
class CcsdsField
{
public:
    constexpr CcsdsField()
    {
        unsigned alpha_power = 1;
        std::array<uint8_t, 255> alpha{};
        for (auto& element : alpha) {
            element = uint8_t(alpha_power);
            alpha_power = alpha_power << 1 ^ (alpha_power & 0x80 ? 0x187 : 0);
        }
        for (unsigned i = 0; i < 2 * 255; ++i)
            powers_[i] = alpha[11 * i % 255];
        for (unsigned i = 0; i < 255; ++i)
            logs_[powers_[i]] = uint16_t(i);
        logs_[0] = kLogOfZero;
    }

    /// beta^exponent, for exponent < 510.
    constexpr uint8_t power(unsigned exponent) const { return powers_[exponent]; }

    /// Of a nonzero element, 0 to 254.
    constexpr unsigned log(uint8_t element) const { return logs_[element]; }

    constexpr uint8_t multiply(uint8_t a, uint8_t b) const
    {
        return powers_[unsigned(logs_[a]) + logs_[b]];
    }

    /// @param b  not zero.
    constexpr uint8_t divide(uint8_t a, uint8_t b) const
    {
        return powers_[unsigned(logs_[a]) + 255 - logs_[b]];
    }

private:
    // So large that sums with it fall into the zeros behind the powers.
    static constexpr uint16_t kLogOfZero = 512;

    std::array<uint8_t, 2 * 512 + 1> powers_{};
    std::array<uint16_t, 256> logs_{};
};

inline constexpr CcsdsField kCcsdsField;

/// Berlekamp's dual basis, CCSDS 131.0-B, annex F: row i of T is what bit 7 - i gives.
inline constexpr std::array<uint8_t, 8> kToDualRows{0x8D, 0xEF, 0xEC, 0x86,
                                                    0xFA, 0x99, 0xAF, 0x7B};

struct DualBasis {
    std::array<uint8_t, 256> from_conventional{};
    std::array<uint8_t, 256> to_conventional{};
};

constexpr DualBasis make_dual_basis()
{
    DualBasis basis;
    for (unsigned u = 0; u < 256; ++u) {
        unsigned z = 0;
        for (unsigned i = 0; i < 8; ++i)
            z ^= u >> (7 - i) & 1 ? kToDualRows[i] : 0u;
        basis.from_conventional[u] = uint8_t(z);
        basis.to_conventional[z] = uint8_t(u);
    }
    return basis;
}

inline constexpr DualBasis kDualBasis = make_dual_basis();

/// g(x) = product of (x - beta^i), i = 128 - e to 127 + e, lowest power first.
template <unsigned kParity>
constexpr std::array<uint8_t, kParity + 1> make_generator()
{
    std::array<uint8_t, kParity + 1> g{1};
    for (unsigned i = 0; i < kParity; ++i) {
        const uint8_t root = kCcsdsField.power(128 - kParity / 2 + i);
        for (unsigned j = i + 1; j > 0; --j)
            g[j] = uint8_t(g[j - 1] ^ kCcsdsField.multiply(g[j], root));
        g[0] = kCcsdsField.multiply(g[0], root);
    }
    return g;
}

static_assert(make_generator<32>()[1] == 0x5B && make_generator<32>()[16] == 0x71);
static_assert(make_generator<16>()[1] == 0xA5 && make_generator<16>()[8] == 0x4A);

} // namespace depinsat::fec
