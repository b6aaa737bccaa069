#pragma once

#include "depinsat/fec/bch_code.h"

#include <array>
#include <cstdint>
#include <span>
#include <vector>

namespace depinsat::fec {

/// Remainder of message(x) * x^(n - k) divided by the generator polynomial, eight bytes at a
/// time.
class BchRemainder
{
public:
    /// n - k bits, left-aligned: x^(n - k - 1) is the top bit of the first word.
    using Value = std::array<uint64_t, 3>;

    explicit BchRemainder(const BchCode& code);

    /// @param bits  how many of `message`, from its first.
    Value of(std::span<const uint8_t> message, unsigned bits) const;

private:
    using Table = std::array<Value, 256>;

    void step_bit(Value& value, bool bit) const;
    void step_byte(Value& value, uint8_t byte) const;
    void step_word(Value& value, uint64_t word) const;

    Value generator_;
    std::vector<Table> tables_; // [i][b]: byte b with i bytes of zeros behind it
};

/// The parity bits that stand behind the first `k` bits of a codeword.
BchRemainder::Value read_parity(std::span<const uint8_t> codeword, unsigned k);

/// Puts parity bits behind the first `k` bits of a codeword, up to its end.
void write_parity(const BchRemainder::Value& parity, std::span<uint8_t> codeword, unsigned k);

} // namespace depinsat::fec
