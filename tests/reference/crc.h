#pragma once

#include <cstdint>
#include <span>

namespace depinsat::reference {

/// CRC bit by bit: shift the message through the register, subtract the polynomial when a one
/// falls out.
inline uint32_t
crc(unsigned width, uint32_t polynomial, uint32_t initial, std::span<const uint8_t> bytes)
{
    uint32_t reg = initial;
    for (const uint8_t byte : bytes)
        for (int bit = 7; bit >= 0; --bit) {
            const bool out = (reg >> (width - 1) & 1) != (byte >> bit & 1);
            reg = reg << 1 ^ (out ? polynomial : 0);
        }
    return width == 32 ? reg : reg & ((1u << width) - 1);
}

} // namespace depinsat::reference
