#include "bridge/bitcoin/hash.h"

#include <sodium.h>

namespace depinsat::bridge::bitcoin {
namespace {

static_assert(crypto_shorthash_KEYBYTES == 16 && crypto_shorthash_BYTES == 8);
static_assert(crypto_hash_sha256_BYTES == sizeof(Hash256));

std::array<uint8_t, 16> random_key()
{
    std::array<uint8_t, 16> key;
    randombytes_buf(key.data(), key.size());
    return key;
}

} // namespace

Hash256 double_sha256(std::span<const uint8_t> bytes)
{
    Hash256 hash;
    crypto_hash_sha256(hash.data(), bytes.data(), bytes.size());
    crypto_hash_sha256(hash.data(), hash.data(), hash.size());
    return hash;
}

uint64_t siphash(std::span<const uint8_t, 16> key, std::span<const uint8_t> bytes)
{
    std::array<uint8_t, 8> out;
    crypto_shorthash(out.data(), bytes.data(), bytes.size(), key.data());
    uint64_t value = 0;
    for (size_t i = out.size(); i-- > 0;)
        value = value << 8 | out[i];
    return value;
}

size_t HashOfHash::operator()(const Hash256& hash) const
{
    static const std::array<uint8_t, 16> key = random_key();
    return siphash(key, hash);
}

} // namespace depinsat::bridge::bitcoin
