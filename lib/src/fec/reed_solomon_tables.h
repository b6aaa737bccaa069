#pragma once

#include "depinsat/fec/reed_solomon.h"
#include "fec/ccsds_field_products.h"

#include <vector>

namespace depinsat::fec {

/// Vectors that a codeword is multiplied with, as rows; first symbol of the codeword first.
struct ReedSolomonTables {
    explicit ReedSolomonTables(unsigned e);

    /// For each data symbol what it adds to the parity.
    std::vector<uint8_t> parity_rows;
    /// For each symbol of a remainder what it adds to the syndromes.
    std::vector<uint8_t> syndrome_rows;
    /// For each coefficient of a locator polynomial, lowest first, what it adds to the values
    /// at the inverse locators of all 255 symbols; 256 wide.
    std::vector<uint8_t> search_rows;
};

/// @param e  16 or 8.
const ReedSolomonTables& reed_solomon_tables(unsigned e);

/// The parity that belongs to the data symbols of one codeword, which lie interleaved.
///
/// @param parity  32 bytes; the first code.parity_symbols() are written.
void remainder(const ReedSolomonCode& code,
               const HalfByteProducts& products,
               const uint8_t* data,
               uint8_t* parity);

} // namespace depinsat::fec
