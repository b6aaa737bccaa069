#pragma once

#include "config/json_rpc_bridge.h"
#include "depinsat/link/link.h"

#include <string_view>

namespace depinsat::bridge::json_rpc {

/// The row of a method: that of its name, else of the longest beginning.
/// @return null if there is none.
const config::JsonRpcMethod* find_method(const std::vector<config::JsonRpcMethod>&,
                                         std::string_view method);

/// Whether a list of names, "*" at the end for all that begin so, holds a method.
bool is_listed(const std::vector<std::string>& names, std::string_view method);

link::Class link_class(config::JsonRpcMethod::Class);

} // namespace depinsat::bridge::json_rpc
