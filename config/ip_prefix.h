#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace depinsat::config {

/// An IPv6 address, or an IPv4 address as IPv6 writes it (RFC 4291, 2.5.5.2: ::ffff:a.b.c.d).
using IpAddress = std::array<uint8_t, 16>;

/// @param octets  four, in network order.
IpAddress mapped_ipv4(const uint8_t* octets);

bool is_ipv4(const IpAddress&);

/// An address and how many of its leading bits count: a network, or the address of an
/// interface.
struct IpPrefix {
    IpAddress address{};
    uint8_t length = 128; ///< in bits of the 128; 96 more than people write for IPv4

    bool contains(const IpAddress&) const;

    /// "10.66.0.2/24", "fd66::2/64".
    std::string text() const;
    friend bool operator==(const IpPrefix&, const IpPrefix&) = default;
};

/// "10.66.0.2/24", "fd66::2/64"; without a length the whole address counts.
/// @return nothing for other texts.
std::optional<IpPrefix> parse_ip_prefix(std::string_view text);

} // namespace depinsat::config
