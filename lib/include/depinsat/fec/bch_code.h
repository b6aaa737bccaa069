#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

namespace depinsat::fec {

/// One binary BCH code of DVB-S2, shortened from length 2^m - 1.
///
/// Standard  EN 302 307-1, clause 5.3.1, tables 5 and 6.
/// Bits      the first bit of a codeword is the coefficient of x^(n - 1).
struct BchCode {
    std::string_view name;     ///< that of the LDPC code around it: "s2_normal_1-2"
    unsigned n;                ///< bits of a codeword, a multiple of 8
    unsigned k;                ///< bits of a message, a multiple of 8
    unsigned t;                ///< errors that can be corrected
    unsigned m;                ///< field GF(2^m)
    uint32_t field_polynomial; ///< primitive; bit i is the coefficient of x^i
    std::array<uint64_t, 3>
        generator; ///< without x^(n - k); x^(n - k - 1) is the top bit of [0]
};

/// Every BCH code that is built.
std::span<const BchCode> bch_codes();

/// @throws std::invalid_argument naming the allowed values if there is no such code.
const BchCode& find_bch_code(std::string_view name);

} // namespace depinsat::fec
