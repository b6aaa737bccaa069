#pragma once

#include "bridge/bitcoin/block.h"

#include <string>

namespace depinsat::bridge::bitcoin {

/// Numbers of one Bitcoin network.
struct Network {
    std::string_view name;
    uint8_t id; ///< between stations
    std::array<uint8_t, 4> magic;
    uint16_t port;
    uint32_t limit_bits; ///< the easiest target
    bool retargets;      ///< difficulty changes every kRetargetInterval blocks
    BlockHeader genesis;
};

/// "mainnet", "signet", "regtest".
std::span<const Network> networks();

/// @return nothing if there is none.
const Network* find_network(std::string_view name);
const Network* find_network(uint8_t id);

} // namespace depinsat::bridge::bitcoin
