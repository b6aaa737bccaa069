#pragma once

#include "bridge/protocol.h"

namespace depinsat::bridge::beacon {

/// The Beacon API of this station; nothing if it has neither bridge nor upstream of it.
std::unique_ptr<Protocol> make_protocol(const BridgeContext&);

} // namespace depinsat::bridge::beacon
