#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace depinsat::fec {

/// Sums of products in GF(2^8), scalar times vector, by look-ups of half bytes.
///
/// A vector of `width` bytes is stored as a row: for each 16 bytes their lower halves, then
/// their upper ones. The products of one scalar with all half bytes are 16 + 16 bytes, so a
/// shuffle multiplies, and the halves meet only when all products are summed.

/// Which representation of a byte goes in, and which comes out.
enum class Basis { kConventional, kDualIn, kDualInOut };

/// Products of each scalar with all half bytes, twice in a row, so that long vectors load them.
struct alignas(64) HalfByteProducts {
    uint8_t of[256][64];
};

const HalfByteProducts& half_byte_products(Basis basis);

/// Rows from vectors of `width` bytes each, a multiple of 16.
std::vector<uint8_t> make_rows(const std::vector<uint8_t>& vectors, size_t width);

/// sum[i] = sum over j of scalars[j * stride] * vector[j][i].
///
/// @param width  16, or a multiple of 32; at most 256.
void sum_of_products(const HalfByteProducts& products,
                     const uint8_t* rows,
                     size_t width,
                     const uint8_t* scalars,
                     size_t stride,
                     size_t count,
                     uint8_t* sum);

} // namespace depinsat::fec
