#pragma once

#include "config/addresses.h"
#include "config/ip_prefix.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace depinsat::config {

/// Packets that a rule is about: "any", "icmp", "tcp", "udp", "tcp:22", "udp:5000-5010".
struct IpTraffic {
    enum class Protocol : uint8_t { kAny, kIcmp, kTcp, kUdp };

    Protocol protocol = Protocol::kAny;
    uint16_t first_port = 0, last_port = 65535; ///< of either end
    bool any_port = true;

    std::string text() const;
    friend bool operator==(const IpTraffic&, const IpTraffic&) = default;
};

/// @return nothing for other texts.
std::optional<IpTraffic> parse_ip_traffic(std::string_view text);

/// Which of the addresses behind the interface are those of a station.
struct TunStation {
    PublicKey station{};
    std::vector<IpPrefix> networks;
};

/// An interface whose packets cross the link: `[[bridge.tun]]`.
struct TunBridge {
    std::string device = "depinsat0";
    std::vector<IpPrefix> addresses; ///< that the interface gets; none: somebody else's affair
    unsigned mtu = 1280;
    std::vector<IpTraffic> allow = std::vector<IpTraffic>(1); ///< what may pass, unless ...
    std::vector<IpTraffic> deny;                              ///< ... it is among these
    std::chrono::milliseconds lifetime{5000};

    /// For each station, on the way included; further packets are dropped. None: what the
    /// carrier takes in a round trip and half a second.
    std::optional<size_t> max_waiting_bytes;
    std::vector<TunStation> stations; ///< of a gateway
    std::vector<PublicKey> gateways;  ///< of a user station; the first that is up serves
};

} // namespace depinsat::config
