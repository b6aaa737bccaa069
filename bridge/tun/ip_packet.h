#pragma once

#include "config/ip_prefix.h"

#include <cstdint>
#include <optional>
#include <span>

namespace depinsat::bridge::tun {

/// What an IPv4 (RFC 791) or IPv6 (RFC 8200) packet says in its headers.
struct IpPacket {
    struct Ports {
        uint16_t source = 0, destination = 0;
    };

    config::IpAddress source{}, destination{};
    uint8_t protocol = 0;       ///< IANA's number of what follows all IP headers
    std::optional<Ports> ports; ///< of TCP and UDP; later fragments have none
};

inline constexpr uint8_t kIcmp = 1, kTcp = 6, kUdp = 17, kIcmpV6 = 58;

/// @return nothing for what is not one whole packet with readable headers.
std::optional<IpPacket> parse_ip_packet(std::span<const uint8_t>);

} // namespace depinsat::bridge::tun
