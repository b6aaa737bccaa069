#pragma once

#include <array>
#include <cstdint>
#include <span>

namespace depinsat::fec {

/// One row of the systematic index table.
///
/// Standard  RFC 6330, clause 5.6.
struct RaptorQSizes {
    uint32_t k_prime; ///< source symbols of the extended source block
    uint32_t j;       ///< systematic index
    uint32_t s;       ///< LDPC symbols
    uint32_t h;       ///< HDPC symbols
    uint32_t w;       ///< LT symbols
};

/// All rows, K' rising from 10 to 56403.
std::span<const RaptorQSizes> raptorq_sizes();

/// V0 to V3 of clause 5.5.
extern const uint32_t kRaptorQRandom[4][256];

/// f[0] to f[30] of clause 5.3.5.2.
extern const std::array<uint32_t, 31> kRaptorQDegrees;

/// Powers of 2 in GF(256), twice over, so that a sum of two logarithms needs no reduction
/// (clause 5.7.3).
extern const std::array<uint8_t, 510> kOctetPowers;

/// Logarithms to the base 2 in GF(256); that of 0 is not used (clause 5.7.4).
extern const std::array<uint8_t, 256> kOctetLogarithms;

} // namespace depinsat::fec
