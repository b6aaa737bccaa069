#pragma once

#include <cassert>
#include <cstddef>
#include <cstdint>
#include <span>

namespace depinsat {

/// Bytes to bits, one bit a byte (0 or 1), most significant bit first.
///
/// @param bits  exactly 8 * bytes.size() values; must not overlap `bytes`.
constexpr void unpack_bits(std::span<const uint8_t> bytes, std::span<uint8_t> bits)
{
    assert(bits.size() == 8 * bytes.size());
    for (size_t i = 0; i < bytes.size(); ++i)
        for (size_t bit = 0; bit < 8; ++bit)
            bits[8 * i + bit] = bytes[i] >> (7 - bit) & 1;
}

/// Bits (lowest bit of each byte) to bytes, most significant bit first.
///
/// @param bits   a multiple of 8 values.
/// @param bytes  exactly bits.size() / 8; must not overlap `bits`.
constexpr void pack_bits(std::span<const uint8_t> bits, std::span<uint8_t> bytes)
{
    assert(bits.size() == 8 * bytes.size());
    for (size_t i = 0; i < bytes.size(); ++i) {
        unsigned byte = 0;
        for (size_t bit = 0; bit < 8; ++bit)
            byte = byte << 1 | (bits[8 * i + bit] & 1);
        bytes[i] = uint8_t(byte);
    }
}

/// Bit `index` of packed bytes, most significant bit first.
constexpr bool get_bit(std::span<const uint8_t> bytes, size_t index)
{
    assert(index / 8 < bytes.size());
    return bytes[index / 8] >> (7 - index % 8) & 1;
}

constexpr void flip_bit(std::span<uint8_t> bytes, size_t index)
{
    assert(index / 8 < bytes.size());
    bytes[index / 8] ^= uint8_t(0x80 >> index % 8);
}

} // namespace depinsat
