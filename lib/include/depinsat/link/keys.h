#pragma once

#include <array>
#include <cstdint>
#include <span>

namespace depinsat::link {

using PublicKey = std::array<uint8_t, 32>;

/// X25519 key pair of a station; the secret key is overwritten when the pair goes.
struct KeyPair {
    PublicKey public_key;
    std::array<uint8_t, 32> secret_key;
    ~KeyPair();
};

/// @throws std::runtime_error if the system has no source of random numbers.
KeyPair generate_key_pair();

/// The pair whose secret key is known.
KeyPair key_pair_of(std::span<const uint8_t, 32> secret_key);

} // namespace depinsat::link
