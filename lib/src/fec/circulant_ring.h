#pragma once

#include "depinsat/fec/ccsds_ldpc_code.h"

#include <cstdint>
#include <span>
#include <vector>

// Circulants as polynomials over GF(2) modulo x^size - 1: coefficient i is bit 63 - i % 64 of
// word i / 64; bits beyond `size` are 0.
namespace depinsat::fec {

using Polynomial = std::vector<uint64_t>;

inline size_t words_of(unsigned size)
{
    return (size + 63) / 64;
}

/// Multiplies by x, in place.
void multiply_by_x(std::span<uint64_t> polynomial, unsigned size);

/// The product of a polynomial and x^exponent.
Polynomial shifted(const Polynomial& polynomial, unsigned size, unsigned exponent);

/// For sizes that are powers of two, 16 and more.
Polynomial product(const Polynomial& a, const Polynomial& b, unsigned size);

/// @param a  of odd weight: that makes it a unit where size is a power of two.
Polynomial inverse_unit(const Polynomial& a, unsigned size);

/// Parity block p = sum over message blocks m of message[m] * generator[m][p], for all parity
/// blocks that are sent.
using Generator = std::vector<std::vector<Polynomial>>;
Generator generator_of(const CcsdsLdpcCode& code);

} // namespace depinsat::fec
