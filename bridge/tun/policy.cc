#include "bridge/tun/policy.h"

#include <algorithm>

namespace depinsat::bridge::tun {
namespace {

using config::IpTraffic;

bool has_protocol(const IpTraffic& traffic, uint8_t protocol)
{
    switch (traffic.protocol) {
    case IpTraffic::Protocol::kAny:
        return true;
    case IpTraffic::Protocol::kIcmp:
        return protocol == kIcmp || protocol == kIcmpV6;
    case IpTraffic::Protocol::kTcp:
        return protocol == kTcp;
    case IpTraffic::Protocol::kUdp:
        return protocol == kUdp;
    }
    return false;
}

/// @param if_unknown  what holds for later fragments, which show no ports.
bool is_among(const IpPacket& packet, const std::vector<IpTraffic>& all, bool if_unknown)
{
    return std::ranges::any_of(all, [&](const IpTraffic& traffic) {
        if (!has_protocol(traffic, packet.protocol))
            return false;
        if (traffic.any_port)
            return true;
        if (!packet.ports)
            return if_unknown;
        const auto within = [&](uint16_t port) {
            return port >= traffic.first_port && port <= traffic.last_port;
        };
        return within(packet.ports->source) || within(packet.ports->destination);
    });
}

} // namespace

bool may_pass(const IpPacket& packet, const config::TunBridge& rules)
{
    // A later fragment is of no use without its first, which shows the ports.
    return is_among(packet, rules.allow, true) && !is_among(packet, rules.deny, false);
}

const config::TunStation* station_of(const config::IpAddress& address,
                                     const std::vector<config::TunStation>& stations)
{
    const config::TunStation* best = nullptr;
    int longest = -1;
    for (const auto& station : stations)
        for (const auto& network : station.networks)
            if (network.length > longest && network.contains(address)) {
                longest = network.length;
                best = &station;
            }
    return best;
}

bool is_of(const config::IpAddress& address, const config::TunStation& station)
{
    return std::ranges::any_of(station.networks, [&](const config::IpPrefix& network) {
        return network.contains(address);
    });
}

} // namespace depinsat::bridge::tun
