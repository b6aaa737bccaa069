#pragma once

#include "bridge/json_rpc/text.h"

namespace depinsat::bridge::ethereum {

using namespace json_rpc;

} // namespace depinsat::bridge::ethereum
