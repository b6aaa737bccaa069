#pragma once

#include "bridge/protocol.h"

namespace depinsat::bridge::tun {

/// The interface of this station; nothing if its file asks for none.
std::unique_ptr<Protocol> make_protocol(const BridgeContext&);

} // namespace depinsat::bridge::tun
