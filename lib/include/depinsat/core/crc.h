#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <type_traits>

namespace depinsat {

/// Cyclic redundancy check, most significant bit first, no reflection, no final XOR.
///
/// Poly   without its leading term: 0xD5 is x^8 + x^7 + x^6 + x^4 + x^2 + 1.
/// Use    Crc8::of(bytes), or update() as often as needed and then value().
/// Check  a message followed by its CRC, most significant byte first, has value 0.
/// Cost   one table look-up a byte.
template <unsigned Width, uint32_t Poly, uint32_t Init>
class Crc
{
    static_assert(Width == 8 || Width == 16 || Width == 32);

public:
    using Value = std::
        conditional_t<Width == 8, uint8_t, std::conditional_t<Width == 16, uint16_t, uint32_t>>;

    constexpr Crc& update(std::span<const uint8_t> bytes)
    {
        for (const uint8_t byte : bytes)
            value_ = Value(shift_out(value_) ^ kTable[uint8_t(value_ >> (Width - 8)) ^ byte]);
        return *this;
    }

    constexpr Value value() const { return value_; }

    static constexpr Value of(std::span<const uint8_t> bytes)
    {
        return Crc().update(bytes).value();
    }

private:
    static constexpr Value shift_out(Value value) { return Value(uint64_t(value) << 8); }

    static constexpr std::array<Value, 256> make_table()
    {
        std::array<Value, 256> table{};
        for (unsigned byte = 0; byte < 256; ++byte) {
            uint64_t remainder = uint64_t(byte) << (Width - 8);
            for (int bit = 0; bit < 8; ++bit)
                remainder = remainder << 1 ^ ((remainder >> (Width - 1) & 1) ? Poly : 0);
            table[byte] = Value(remainder);
        }
        return table;
    }

    static constexpr std::array<Value, 256> kTable = make_table();

    Value value_ = Value(Init);
};

/// CRC-8 of BBHEADERs and user packets: EN 302 307-1, clauses 5.1.4 and 5.1.6.
using Crc8 = Crc<8, 0xD5, 0x00>;

/// CRC-32 behind a reassembled GSE PDU: TS 102 606-1, clause 4.2.2 (polynomial of ISO 13818-1).
using Crc32 = Crc<32, 0x04C11DB7, 0xFFFFFFFF>;

} // namespace depinsat
