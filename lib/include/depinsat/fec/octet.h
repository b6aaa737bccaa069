#pragma once

#include <cstdint>
#include <span>

namespace depinsat::fec {

/// Arithmetic on octets as elements of GF(256), polynomial x^8 + x^4 + x^3 + x^2 + 1.
///
/// Standard  RFC 6330, clause 5.7.
/// Shape     the spans of one call have one length, any including 0; they are the same or do
///           not overlap.
/// Cost      a few bytes a cycle without SIMD, 20 to 60 with; GFNI, table look-ups in vectors
///           or plain code are chosen at run time.

uint8_t multiply_octets(uint8_t a, uint8_t b);

/// @param a  not 0.
uint8_t invert_octet(uint8_t a);

/// sum[i] += addend[i], which is exclusive or.
void add_octets(std::span<const uint8_t> addend, std::span<uint8_t> sum);

/// product[i] = factor * octets[i].
void scale_octets(std::span<const uint8_t> octets, std::span<uint8_t> product, uint8_t factor);

/// sum[i] += factor * addend[i].
void add_scaled_octets(std::span<const uint8_t> addend, std::span<uint8_t> sum, uint8_t factor);

} // namespace depinsat::fec
