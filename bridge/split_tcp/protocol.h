#pragma once

#include "bridge/protocol.h"

namespace depinsat::bridge::split_tcp {

/// TCP services of this station; nothing if it has neither bridge nor upstream of them.
std::unique_ptr<Protocol> make_protocol(const BridgeContext&);

} // namespace depinsat::bridge::split_tcp
