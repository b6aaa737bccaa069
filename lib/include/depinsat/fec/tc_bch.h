#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace depinsat::fec {

/// The (63,56) BCH code of telecommands, g(x) = x^7 + x^6 + x^2 + 1.
///
/// Standard  CCSDS 231.0-B, clause 3.
/// Shape     a codeblock is 7 octets of information, then 7 parity bits complemented and a
///           filler bit, which is sent as 0 and ignored on reception.

inline constexpr size_t kTcBchInformation = 7;
inline constexpr size_t kTcBchCodeblock = 8;

enum class TcBchMode {
    kDetect,  ///< any three errors are detected, none is corrected
    kCorrect, ///< one error is corrected, any two are detected
};

/// The last octet of the codeblock.
uint8_t tc_bch_parity(std::span<const uint8_t, kTcBchInformation> information);

/// @param codeblock  corrected in place.
/// @return bits corrected (0 or 1), or nothing if there are too many errors; the codeblock is
///         then as it came.
std::optional<unsigned> tc_bch_decode(std::span<uint8_t, kTcBchCodeblock> codeblock,
                                      TcBchMode mode);

} // namespace depinsat::fec
