#pragma once

#include "depinsat/link/noise.h"

#include <array>
#include <cstdint>
#include <vector>

namespace depinsat::link {

/// Ed25519 public key by which a station's signatures are known.
using VerifyKey = std::array<uint8_t, 32>;

/// The key by which others verify what the station of these keys signs in groups.
VerifyKey verify_key_of(const KeyPair&);

/// @throws std::runtime_error if the system has no source of random numbers.
Key generate_group_key();

/// A station that sends to a group.
struct GroupSender {
    PublicKey station{};
    VerifyKey verify_key{};
};

/// Stations that share a key: each of those listed as senders is heard by all others, which
/// need neither a session nor a transmitter.
struct Group {
    GroupId id = 0;

    /// What is sent is sealed with the first one; what is sealed with any of them is heard.
    std::vector<Key> keys;

    std::vector<GroupSender> senders; ///< who is heard, this station itself apart
    bool sends = false;               ///< this station is one of the senders
    double loss = 0.1;                ///< of frames, for which is sent enough; 0 to 0.5

    /// What the sender draws its runs from: larger than at any time before, such as the seconds
    /// of a clock. Where it is not, the store helps, unless it is an old copy.
    uint32_t least_run = 0;
};

} // namespace depinsat::link
