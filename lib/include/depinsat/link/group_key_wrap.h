#pragma once

#include "depinsat/link/noise_k.h"

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace depinsat::link {

/// A group's key on its way to a member.
struct GroupKeyHandover {
    uint32_t wrapped_at = 0; ///< Unix time in seconds: an older one may be a replay
    Key key;

    /// Bytes of a wrapped one.
    static constexpr size_t kWrappedBytes = NoiseK::kOverhead + 4 + 32;
};

/// Wraps it for one member with Noise K: prologue `depinsat group key 1`; payload: `wrapped_at`
/// (4 bytes, big endian), the key.
///
/// Proves    that the sender or the member itself made it, for that member and for nothing
/// else. Replays   are not noticed: who unwraps looks at `wrapped_at`.
/// @param ephemeral  fresh from generate_key_pair(), never used twice.
/// @return nothing if `member` is no public key.
std::optional<std::vector<uint8_t>> wrap_group_key(const KeyPair& own,
                                                   const PublicKey& member,
                                                   const GroupKeyHandover&,
                                                   const KeyPair& ephemeral);

/// @return nothing if it is not what `sender` wrapped for this station.
std::optional<GroupKeyHandover>
unwrap_group_key(const KeyPair& own, const PublicKey& sender, std::span<const uint8_t> wrapped);

} // namespace depinsat::link
