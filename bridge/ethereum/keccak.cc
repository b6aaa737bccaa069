#include "bridge/ethereum/keccak.h"

#include <botan/hash.h>

namespace depinsat::bridge::ethereum {

Hash keccak256(std::span<const uint8_t> bytes)
{
    const auto keccak = Botan::HashFunction::create_or_throw("Keccak-1600(256)");
    keccak->update(bytes.data(), bytes.size());
    Hash hash;
    keccak->final(hash.data());
    return hash;
}

} // namespace depinsat::bridge::ethereum
