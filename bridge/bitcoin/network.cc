#include "bridge/bitcoin/network.h"

namespace depinsat::bridge::bitcoin {
namespace {

/// Of the coinbase that every network begins with, byte 0 first.
constexpr Hash256 kGenesisMerkleRoot{0x3b, 0xa3, 0xed, 0xfd, 0x7a, 0x7b, 0x12, 0xb2,
                                     0x7a, 0xc7, 0x2c, 0x3e, 0x67, 0x76, 0x8f, 0x61,
                                     0x7f, 0xc8, 0x1b, 0xc3, 0x88, 0x8a, 0x51, 0x32,
                                     0x3a, 0x9f, 0xb8, 0xaa, 0x4b, 0x1e, 0x5e, 0x4a};

constexpr BlockHeader genesis(uint32_t time, uint32_t bits, uint32_t nonce)
{
    return {1, {}, kGenesisMerkleRoot, time, bits, nonce};
}

constexpr std::array<Network, 3> kNetworks{{
    {"mainnet",
     0,
     {0xf9, 0xbe, 0xb4, 0xd9},
     8333,
     0x1d00ffff,
     true,
     genesis(1231006505, 0x1d00ffff, 2083236893)},
    {"signet",
     1,
     {0x0a, 0x03, 0xcf, 0x40},
     38333,
     0x1e0377ae,
     true,
     genesis(1598918400, 0x1e0377ae, 52613770)},
    {"regtest",
     2,
     {0xfa, 0xbf, 0xb5, 0xda},
     18444,
     0x207fffff,
     false,
     genesis(1296688602, 0x207fffff, 2)},
}};

template <class Member, class Value>
const Network* find(Member member, const Value& value)
{
    const auto found = std::ranges::find(kNetworks, value, member);
    return found == kNetworks.end() ? nullptr : &*found;
}

} // namespace

std::span<const Network> networks()
{
    return kNetworks;
}

const Network* find_network(std::string_view name)
{
    return find(&Network::name, name);
}

const Network* find_network(uint8_t id)
{
    return find(&Network::id, id);
}

} // namespace depinsat::bridge::bitcoin
