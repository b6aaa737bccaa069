#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace depinsat::fec {

/// One circulant of a parity-check matrix: check t of the block row has bit (t + shift) mod
/// circulant size of the block column.
struct Circulant {
    uint16_t row, column, shift;
};

/// One LDPC code of CCSDS as circulants.
///
/// Standard  CCSDS 131.0-B (AR4JA, C2), CCSDS 231.0-B (TC).
/// Bits      of the matrix: `shortened` zeros that are not sent, then what is sent, message
///           first, then the last `punctured` block columns, which are not sent. After what is
///           sent come `fill` zeros to whole octets.
struct CcsdsLdpcCode {
    std::string_view name;                 ///< "ar4ja_1-2_1024" (rate, k), "c2", "tc_128" (n)
    unsigned n;                            ///< bits sent, with fill; a multiple of 8
    unsigned k;                            ///< bits of a message, a multiple of 8
    unsigned circulant;                    ///< size of every circulant
    unsigned block_rows;                   ///< checks / circulant
    unsigned block_columns;                ///< bits of the matrix / circulant
    unsigned shortened;                    ///< bits
    unsigned punctured;                    ///< block columns
    unsigned fill;                         ///< bits
    std::span<const Circulant> circulants; ///< by row
    /// First rows of the circulants of the generator's parity part, message block by message
    /// block, circulant bits in whole words, first bit on top. Empty where the matrix itself
    /// determines the parity (the checks of C2 are dependent: its standard prints the
    /// generator).
    std::span<const uint64_t> generator;
};

/// Every such code: AR4JA of rates 1/2, 2/3, 4/5 with k = 1024, 4096, 16384; C2 (8160, 7136);
/// TC (128, 64) and (512, 256).
std::span<const CcsdsLdpcCode> ccsds_ldpc_codes();

/// @throws std::invalid_argument naming the allowed values if there is no such code.
const CcsdsLdpcCode& find_ccsds_ldpc_code(std::string_view name);

} // namespace depinsat::fec
