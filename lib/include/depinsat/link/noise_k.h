#pragma once

#include "depinsat/link/noise.h"

#include <string_view>

namespace depinsat::link {

/// Noise_K_25519_ChaChaPoly_BLAKE2b: one message between two that know each other's public
/// keys, without an answer, as a group's key is handed to a member.
///
/// Standard  The Noise Protocol Framework, revision 34; one-way pattern K.
/// Proves    that the sender's or the receiver's secret key made it. Whoever later gets the
///           receiver's can read it. It can be replayed: the payload must say what it is for.
/// Failure   nothing is returned if the message is too short or not authentic, or if a public
///           key is of low order.
class NoiseK
{
public:
    static constexpr std::string_view kProtocol = "Noise_K_25519_ChaChaPoly_BLAKE2b";
    static constexpr size_t kOverhead = 32 + kTagBytes;

    /// @param ephemeral  fresh from generate_key_pair(), never used twice.
    /// @param protocol   the first message of KK differs in the name alone.
    static std::optional<std::vector<uint8_t>> write(const KeyPair& own,
                                                     const PublicKey& receiver,
                                                     std::span<const uint8_t> prologue,
                                                     std::span<const uint8_t> payload,
                                                     const KeyPair& ephemeral,
                                                     std::string_view protocol = kProtocol);

    /// @return the payload.
    static std::optional<std::vector<uint8_t>> read(const KeyPair& own,
                                                    const PublicKey& sender,
                                                    std::span<const uint8_t> prologue,
                                                    std::span<const uint8_t> message,
                                                    std::string_view protocol = kProtocol);
};

} // namespace depinsat::link
