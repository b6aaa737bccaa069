#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace depinsat::fec {

/// Information bits that share a row of addresses, and checks of one layer of a decoder.
inline constexpr size_t kLdpcGroup = 360;

/// One LDPC code of DVB-S2 or DVB-S2X: a quasi-cyclic information part and a staircase of
/// parity bits.
///
/// Standard  EN 302 307-1 and -2, clause 5.3.2, annexes B and C.
/// Rows      row g serves information bits 360 g to 360 g + 359: bit m of the group toggles
/// parity
///           bit (a + m q) mod (n - k) for each address a of the row; then p[i] ^= p[i - 1].
struct LdpcCode {
    std::string_view name; ///< "s2_normal_1-2"
    unsigned n;            ///< 64800 (normal), 32400 (medium), 16200 (short)
    unsigned k;            ///< information bits, 360 * rows.size()
    unsigned q;            ///< (n - k) / 360
    std::span<const std::span<const uint16_t>> rows; ///< addresses, below n - k
};

/// Every LDPC code that is built.
std::span<const LdpcCode> ldpc_codes();

/// @throws std::invalid_argument naming the allowed values if there is no such code.
const LdpcCode& find_ldpc_code(std::string_view name);

} // namespace depinsat::fec
