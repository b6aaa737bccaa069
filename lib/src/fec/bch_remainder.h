#pragma once

#include "depinsat/fec/bch_code.h"

#include <array>
#include <cstdint>
#include <span>

namespace depinsat::fec {

/// Remainder of message(x) * x^(n - k) divided by the generator polynomial, a byte at a time.
class BchRemainder
{
public:
    /// n - k bits, left-aligned: x^(n - k - 1) is the top bit of the first word.
    using Value = std::array<uint64_t, 3>;

    explicit BchRemainder(const BchCode& code);

    Value of(std::span<const uint8_t> message) const;

private:
    std::array<Value, 256> table_;
};

/// The first bytes of a remainder, most significant first.
inline void store(const BchRemainder::Value& value, std::span<uint8_t> bytes)
{
    for (size_t i = 0; i < bytes.size(); ++i)
        bytes[i] = uint8_t(value[i / 8] >> (56 - 8 * (i % 8)));
}

} // namespace depinsat::fec
