#pragma once

#include "bridge/http_client.h"
#include "bridge/remote_calls.h"

#include <string>
#include <string_view>

/// What a client is told where a call or a node gave no answer.
namespace depinsat::bridge::json_rpc {

/// Of a call over the link. Which of the codes say that the fate is not known: text.h.
std::string fault_result(CallFault);

/// Of a call that went out over the ordinary connection, which failed; the fate is not known.
std::string ordinary_lost_result();

/// The result in a node's reply, or an error that says why there is none.
/// @param too_large  what is said of a reply that is too large for the link.
std::string upstream_result(const HttpResult&, std::string_view too_large);

} // namespace depinsat::bridge::json_rpc
