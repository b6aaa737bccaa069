#pragma once

#include <cstdint>
#include <span>

namespace depinsat::link {

/// Takes a big endian number off `from`, which is long enough.
inline uint32_t take_number(std::span<const uint8_t>& from, size_t bytes)
{
    uint32_t value = 0;
    for (size_t i = 0; i < bytes; ++i)
        value = value << 8 | from[i];
    from = from.subspan(bytes);
    return value;
}

inline void put_number(uint32_t value, size_t bytes, std::span<uint8_t>& to)
{
    for (size_t i = 0; i < bytes; ++i)
        to[i] = uint8_t(value >> 8 * (bytes - 1 - i));
    to = to.subspan(bytes);
}

} // namespace depinsat::link
