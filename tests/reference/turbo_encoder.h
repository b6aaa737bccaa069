#pragma once

#include "depinsat/fec/turbo_code.h"

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <span>
#include <string_view>
#include <vector>

namespace depinsat::reference {

/// One of the two encoders of CCSDS 131.0-B, bit by bit from the generators as printed.
class TurboConstituent
{
public:
    /// One clock of a message bit, or of the tail, whose input undoes the feedback.
    void clock(int bit, bool tail)
    {
        const int back = register_[2] ^ register_[3]; // 10011
        message_ = tail ? back : bit;
        const int entering = message_ ^ back;
        const int d1 = register_[0], d2 = register_[1], d3 = register_[2], d4 = register_[3];
        parity_[0] = entering ^ d1 ^ d3 ^ d4;      // 11011
        parity_[1] = entering ^ d2 ^ d4;           // 10101
        parity_[2] = entering ^ d1 ^ d2 ^ d3 ^ d4; // 11111
        std::copy_backward(register_, register_ + 3, register_ + 4);
        register_[0] = entering;
    }

    int output(char generator) const
    {
        return generator == '0' ? message_ : parity_[generator - '1'];
    }

private:
    int register_[4] = {}, parity_[3] = {}, message_ = 0;
};

/// @param message  one bit a byte, as is what comes back.
/// @param rate     "1/2", "1/3", "1/4" or "1/6".
inline std::vector<uint8_t> turbo_encode(std::span<const uint8_t> message,
                                         std::string_view rate)
{
    const std::string_view even = rate == "1/2"   ? "0a1a"
                                  : rate == "1/3" ? "0a1a1b"
                                  : rate == "1/4" ? "0a2a3a1b"
                                                  : "0a1a2a3a1b3b";
    const std::string_view odd = rate == "1/2" ? "0a1b" : even;
    const auto permutation = fec::turbo_permutation(unsigned(message.size()));
    TurboConstituent a, b;
    std::vector<uint8_t> out;
    for (size_t t = 0; t < message.size() + 4; ++t) {
        const bool tail = t >= message.size();
        a.clock(tail ? 0 : message[t], tail);
        b.clock(tail ? 0 : message[permutation[t]], tail);
        const auto sent = t % 2 == 0 ? even : odd;
        for (size_t i = 0; i < sent.size(); i += 2)
            out.push_back(uint8_t((sent[i + 1] == 'a' ? a : b).output(sent[i])));
    }
    return out;
}

} // namespace depinsat::reference
