#include "fec/bch_remainder.h"

#include "depinsat/core/bits.h"

namespace depinsat::fec {
namespace {

using Value = BchRemainder::Value;

void shift_left(Value& value, unsigned bits)
{
    value[0] = value[0] << bits | value[1] >> (64 - bits);
    value[1] = value[1] << bits | value[2] >> (64 - bits);
    value[2] <<= bits;
}

void shift_right(Value& value, unsigned bits)
{
    value[2] = value[2] >> bits | value[1] << (64 - bits);
    value[1] = value[1] >> bits | value[0] << (64 - bits);
    value[0] >>= bits;
}

void add(Value& sum, const Value& value)
{
    for (size_t i = 0; i < sum.size(); ++i)
        sum[i] ^= value[i];
}

uint64_t big_endian_word(const uint8_t* bytes)
{
    uint64_t word = 0;
    for (size_t i = 0; i < 8; ++i)
        word = word << 8 | bytes[i];
    return word;
}

} // namespace

BchRemainder::BchRemainder(const BchCode& code) : generator_(code.generator), tables_(8)
{
    for (unsigned byte = 0; byte < 256; ++byte) {
        Value value{};
        for (int bit = 7; bit >= 0; --bit)
            step_bit(value, byte >> bit & 1);
        tables_[0][byte] = value;
    }
    for (size_t i = 1; i < tables_.size(); ++i)
        for (unsigned byte = 0; byte < 256; ++byte) {
            tables_[i][byte] = tables_[i - 1][byte];
            step_byte(tables_[i][byte], 0);
        }
}

void BchRemainder::step_bit(Value& value, bool bit) const
{
    const bool carry = (value[0] >> 63 != 0) != bit;
    shift_left(value, 1);
    if (carry)
        add(value, generator_);
}

void BchRemainder::step_byte(Value& value, uint8_t byte) const
{
    const auto top = uint8_t(value[0] >> 56);
    shift_left(value, 8);
    add(value, tables_[0][top ^ byte]);
}

void BchRemainder::step_word(Value& value, uint64_t word) const
{
    const uint64_t top = value[0] ^ word;
    value = {value[1], value[2], 0};
    for (size_t i = 0; i < 8; ++i)
        add(value, tables_[i][uint8_t(top >> (8 * i))]);
}

BchRemainder::Value BchRemainder::of(std::span<const uint8_t> message, unsigned bits) const
{
    Value value{};
    size_t i = 0;
    for (; i + 8 <= bits / 8; i += 8)
        step_word(value, big_endian_word(&message[i]));
    for (; i < bits / 8; ++i)
        step_byte(value, message[i]);
    for (unsigned bit = bits - bits % 8; bit < bits; ++bit)
        step_bit(value, get_bit(message, bit));
    return value;
}

BchRemainder::Value read_parity(std::span<const uint8_t> codeword, unsigned k)
{
    Value value{};
    const auto bytes = codeword.subspan(k / 8);
    for (size_t i = 0; i < bytes.size(); ++i)
        value[i / 8] |= uint64_t(bytes[i]) << (56 - 8 * (i % 8));
    if (k % 8 != 0)
        shift_left(value, k % 8);
    return value;
}

void write_parity(const BchRemainder::Value& parity, std::span<uint8_t> codeword, unsigned k)
{
    Value value = parity;
    if (k % 8 != 0) {
        shift_right(value, k % 8);
        value[0] |= uint64_t(codeword[k / 8] & ~(0xFF >> k % 8)) << 56;
    }
    const auto bytes = codeword.subspan(k / 8);
    for (size_t i = 0; i < bytes.size(); ++i)
        bytes[i] = uint8_t(value[i / 8] >> (56 - 8 * (i % 8)));
}

} // namespace depinsat::fec
