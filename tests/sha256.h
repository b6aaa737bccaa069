#pragma once

#include <sodium.h>

#include <array>
#include <cstdint>
#include <span>
#include <string>

namespace depinsat::test {

/// Bytes as lower-case digits, two a byte.
inline std::string hex(std::span<const uint8_t> bytes)
{
    std::string text(2 * bytes.size() + 1, '\0');
    sodium_bin2hex(text.data(), text.size(), bytes.data(), bytes.size());
    text.pop_back();
    return text;
}

/// SHA-256 in hexadecimal, as the vector files give it.
inline std::string sha256(std::span<const uint8_t> bytes)
{
    std::array<uint8_t, crypto_hash_sha256_BYTES> hash{};
    crypto_hash_sha256(hash.data(), bytes.data(), bytes.size());
    return hex(hash);
}

} // namespace depinsat::test
