#pragma once

#include "bridge/protocol.h"

namespace depinsat::bridge::json_rpc {

std::unique_ptr<Protocol> make_protocol(const BridgeContext&);

} // namespace depinsat::bridge::json_rpc
