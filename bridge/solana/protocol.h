#pragma once

#include "bridge/protocol.h"

namespace depinsat::bridge::solana {

std::unique_ptr<Protocol> make_protocol(const BridgeContext&);

} // namespace depinsat::bridge::solana
