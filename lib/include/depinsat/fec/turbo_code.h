#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace depinsat::fec {

/// One turbo code of CCSDS: two 16-state recursive encoders, a and b, of which b reads the
/// message permuted; each ends with 4 clocks that bring it to state 0.
///
/// Standard  CCSDS 131.0-B, turbo coding. Without attached sync marker and channel interleaver.
/// Outputs   0 is the message, 1, 2, 3 are the parities 11011, 10101, 11111 (coefficients of
///           1, D ... D^4) over the feedback 10011. A clock sends those of `outputs` in order;
///           rate 1/2 sends 0a 1a at even clocks and 0a 1b at odd ones.
struct TurboCode {
    struct Output {
        uint8_t generator; ///< 0 to 3
        bool permuted;     ///< of encoder b
        uint8_t clocks;    ///< sent at clocks t with clocks >> t % 2 & 1
    };
    std::string_view name; ///< "turbo_1-2_8920"
    unsigned k;            ///< information bits, a multiple of 8
    unsigned n;            ///< bits of a codeword, (k + 4) / rate; not always whole octets
    std::span<const Output> outputs;
};

/// Clocks that bring an encoder to state 0.
inline constexpr unsigned kTurboTail = 4;

/// Rates 1/2, 1/3, 1/4, 1/6 with k = 1784, 3568, 7136, 8920.
std::span<const TurboCode> turbo_codes();

/// @throws std::invalid_argument naming the allowed values if there is no such code.
const TurboCode& find_turbo_code(std::string_view name);

/// The information bit that encoder b reads at each of k clocks, both from 0.
/// @param k  one of the lengths of the standard.
std::vector<uint16_t> turbo_permutation(unsigned k);

} // namespace depinsat::fec
