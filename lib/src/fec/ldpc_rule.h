#pragma once

#include "depinsat/fec/ldpc_code.h"

#include <cstdint>

namespace depinsat::fec {

/// How a code's checks turn the least magnitudes among their variables into messages.
///
/// A minimum overstates what a check knows: something is taken off the least two. The least
/// one stands for the second also, so more is taken off where the two are near: by half a step
/// less for each step between them.
struct LdpcRule {
    bool coarse;          ///< channel values are scaled by 3/8, else by 1/2 ...
    uint8_t certain;      ///< ... and go no further than this, so that checks can overrule them
    uint8_t first_offset; ///< off the least magnitude
    uint8_t second_offset; ///< off the second least
    uint8_t near;          ///< more off the least if the second is as small
    uint8_t largest; ///< magnitude of a message: a third of what a posterior can hold, since
                     ///< what saturation swallows when a message is added must not turn the
                     ///< posterior's sign when it is taken out; a quarter where a few frames
                     ///< would stay wrong for ever, far beyond the knee
};

/// Found by trials near the threshold of each code: a rule of its own for small checks, where a
/// minimum is nearly true, and for codes with many edges, whose errors add up.
LdpcRule ldpc_rule(const LdpcCode& code);

/// A channel value in steps of the decoder. Zero stays zero, and nothing else becomes zero.
constexpr int ldpc_scaled(const LdpcRule& rule, int llr)
{
    const int size = llr < 0 ? -llr : llr, low = size / 2;
    const int coarse = (low + (low + 1) / 2 + 1) / 2;
    const int scaled = !rule.coarse ? (size + 1) / 2 : size > 0 && coarse == 0 ? 1 : coarse;
    const int limited = scaled < rule.certain ? scaled : rule.certain;
    return llr < 0 ? -limited : limited;
}

} // namespace depinsat::fec
