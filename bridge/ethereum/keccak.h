#pragma once

#include <array>
#include <cstdint>
#include <span>

namespace depinsat::bridge::ethereum {

using Hash = std::array<uint8_t, 32>;

/// Keccak-256 as Ethereum uses it: with the padding of before SHA-3.
Hash keccak256(std::span<const uint8_t> bytes);

} // namespace depinsat::bridge::ethereum
