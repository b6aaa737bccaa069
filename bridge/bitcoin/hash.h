#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace depinsat::bridge::bitcoin {

using Bytes = std::vector<uint8_t>;

/// A hash as it travels: byte 0 is the least significant, so printed ones are reversed.
using Hash256 = std::array<uint8_t, 32>;

/// SHA-256 of the SHA-256: of transactions, headers and checksums.
Hash256 double_sha256(std::span<const uint8_t>);

/// SipHash-2-4 with a key of 16 bytes.
uint64_t siphash(std::span<const uint8_t, 16> key, std::span<const uint8_t>);

/// For tables by hash; keyed anew in every process, as peers choose what they send.
struct HashOfHash {
    size_t operator()(const Hash256&) const;
};

} // namespace depinsat::bridge::bitcoin
