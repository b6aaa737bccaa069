#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace depinsat::fec {

/// One binary BCH code of DVB-S2 or DVB-S2X, shortened from length 2^m - 1.
///
/// Standard  EN 302 307-1, clause 5.3.1, tables 5 and 6; EN 302 307-2, clause 5.3.1.
/// Sizes     n is k of the LDPC code of that name, but for s2x_medium_1-5: there the first 640
///           bits of the LDPC message are known zeros, and n is 640 less.
/// Bits      the first bit of a codeword is the coefficient of x^(n - 1).
struct BchCode {
    std::string_view name; ///< that of the LDPC code around it: "s2_normal_1-2"
    unsigned n;            ///< bits of a codeword, a multiple of 8
    unsigned k;            ///< bits of a message, a multiple of 4 (of 8 but for s2x_medium_*)
    unsigned t;            ///< errors that can be corrected
    unsigned m;            ///< field GF(2^m)
    uint32_t field_polynomial; ///< primitive; bit i is the coefficient of x^i
    std::array<uint64_t, 3>
        generator; ///< without x^(n - k); x^(n - k - 1) is the top bit of [0]
};

/// Bytes that hold a message; where k is no multiple of 8 the last bits are not used.
constexpr size_t message_bytes(const BchCode& code)
{
    return (code.k + 7) / 8;
}

/// Every BCH code that is built.
std::span<const BchCode> bch_codes();

/// @throws std::invalid_argument naming the allowed values if there is no such code.
const BchCode& find_bch_code(std::string_view name);

} // namespace depinsat::fec
