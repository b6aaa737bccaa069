#include "bridge/tun/ip_packet.h"

#include <algorithm>

namespace depinsat::bridge::tun {
namespace {

using Bytes = std::span<const uint8_t>;

constexpr size_t kIpv4Header = 20, kIpv6Header = 40;

/// IPv6 extension headers (RFC 8200, 4.1); one packet has each of them once at most,
/// destination options twice.
constexpr uint8_t kHopByHop = 0, kRouting = 43, kFragment = 44, kDestination = 60;
constexpr int kMaxExtensions = 5;

uint16_t number16(Bytes bytes, size_t at)
{
    return uint16_t(bytes[at] << 8 | bytes[at + 1]);
}

void read_ports(IpPacket& packet, Bytes payload)
{
    if ((packet.protocol == kTcp || packet.protocol == kUdp) && payload.size() >= 4)
        packet.ports = {number16(payload, 0), number16(payload, 2)};
}

std::optional<IpPacket> parse_ipv4(Bytes bytes)
{
    const size_t header = 4 * (bytes[0] & 15);
    if (bytes.size() < kIpv4Header || header < kIpv4Header || header > bytes.size() ||
        number16(bytes, 2) != bytes.size())
        return {};
    IpPacket packet{
        config::mapped_ipv4(&bytes[12]), config::mapped_ipv4(&bytes[16]), bytes[9], {}};
    const bool first = (number16(bytes, 6) & 0x1fff) == 0;
    if (first)
        read_ports(packet, bytes.subspan(header));
    return packet;
}

std::optional<IpPacket> parse_ipv6(Bytes bytes)
{
    if (bytes.size() < kIpv6Header || kIpv6Header + number16(bytes, 4) != bytes.size())
        return {};
    IpPacket packet;
    std::copy_n(&bytes[8], packet.source.size(), packet.source.begin());
    std::copy_n(&bytes[24], packet.destination.size(), packet.destination.begin());
    // Addresses that look like IPv4's would pass for them in rules.
    if (config::is_ipv4(packet.source) || config::is_ipv4(packet.destination))
        return {};
    packet.protocol = bytes[6];
    Bytes rest = bytes.subspan(kIpv6Header);
    for (int extension = 0;; ++extension) {
        const uint8_t header = packet.protocol;
        if (header != kHopByHop && header != kRouting && header != kFragment &&
            header != kDestination)
            break;
        const size_t length = rest.size() < 8 ? 0 : header == kFragment ? 8 : 8 * (1 + rest[1]);
        if (extension == kMaxExtensions || length == 0 || length > rest.size())
            return {};
        packet.protocol = rest[0];
        if (header == kFragment && number16(rest, 2) >> 3)
            return packet;
        rest = rest.subspan(length);
    }
    read_ports(packet, rest);
    return packet;
}

} // namespace

std::optional<IpPacket> parse_ip_packet(Bytes bytes)
{
    if (bytes.empty())
        return {};
    switch (bytes[0] >> 4) {
    case 4:
        return parse_ipv4(bytes);
    case 6:
        return parse_ipv6(bytes);
    default:
        return {};
    }
}

} // namespace depinsat::bridge::tun
