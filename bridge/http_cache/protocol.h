#pragma once

#include "bridge/protocol.h"

namespace depinsat::bridge::http_cache {

std::unique_ptr<Protocol> make_protocol(const BridgeContext&);

} // namespace depinsat::bridge::http_cache
