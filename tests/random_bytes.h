#pragma once

#include <cstddef>
#include <cstdint>
#include <random>
#include <vector>

namespace depinsat::test {

inline std::vector<uint8_t> random_bytes(size_t count, std::mt19937& rng)
{
    std::vector<uint8_t> bytes(count);
    for (auto& byte : bytes)
        byte = uint8_t(rng());
    return bytes;
}

} // namespace depinsat::test
