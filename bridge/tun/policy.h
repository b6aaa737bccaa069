#pragma once

#include "bridge/tun/ip_packet.h"

#include "config/tun_bridge.h"

namespace depinsat::bridge::tun {

/// Whether a packet may pass, either way: it is among `allow` and not among `deny`.
bool may_pass(const IpPacket&, const config::TunBridge&);

/// The station whose network holds the address, with the longest prefix; null if none has it.
const config::TunStation* station_of(const config::IpAddress&,
                                     const std::vector<config::TunStation>&);

/// Whether the address is one of that station's.
bool is_of(const config::IpAddress&, const config::TunStation&);

} // namespace depinsat::bridge::tun
