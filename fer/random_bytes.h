#pragma once

#include <cstdint>
#include <random>
#include <span>

namespace depinsat::fer {

inline void fill_randomly(std::span<uint8_t> bytes, std::mt19937_64& random)
{
    uint64_t word = 0;
    for (size_t i = 0; i < bytes.size(); ++i) {
        word = i % 8 == 0 ? random() : word >> 8;
        bytes[i] = uint8_t(word);
    }
}

} // namespace depinsat::fer
