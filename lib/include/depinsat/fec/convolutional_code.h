#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace depinsat::fec {

/// One of the convolutional codes of CCSDS: K = 7, G1 = 171, G2 = 133 (octal), punctured or
/// not.
///
/// Standard  CCSDS 131.0-B, clause 3 (basic and punctured convolutional codes).
/// Bits      each information bit gives C1 (of G1), then C2 (of G2); at rate 1/2 C2 is sent
///           inverted, punctured codes invert nothing. Puncturing sends position i of the
///           period if bit i of the pattern is 1, C1 before C2.
struct ConvolutionalCode {
    std::string_view name; ///< "k7_1-2", "k7_2-3", "k7_3-4", "k7_5-6", "k7_7-8"
    unsigned period;       ///< information bits after which the puncturing repeats
    uint32_t c1;           ///< bit i: C1 of information bit i of the period is sent
    uint32_t c2;           ///< likewise C2
    bool invert_c2;
};

/// Zeros behind a terminated frame, which bring the encoder back to its first state.
inline constexpr size_t kConvolutionalTail = 6;

/// Every convolutional code that is built.
std::span<const ConvolutionalCode> convolutional_codes();

/// @throws std::invalid_argument naming the allowed values if there is no such code.
const ConvolutionalCode& find_convolutional_code(std::string_view name);

/// Channel bits that the first `info_bits` information bits give, from the start of the
/// pattern.
size_t coded_bits(const ConvolutionalCode& code, size_t info_bits);

/// Channel bits of a terminated frame of `message_bytes` bytes.
inline size_t terminated_bits(const ConvolutionalCode& code, size_t message_bytes)
{
    return coded_bits(code, 8 * message_bytes + kConvolutionalTail);
}

} // namespace depinsat::fec
