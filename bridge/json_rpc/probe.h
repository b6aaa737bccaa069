#pragma once

#include "bridge/upstream_choice.h"

namespace depinsat::bridge::json_rpc {

/// How nodes of a service are judged whose methods nobody here knows.
///
/// Good  one that answers `upstream.probe_method` with a result; where the file names none, one
///       that answers at all, as it answers an unknown method with an error.
UpstreamChoice::Checks checks();

/// Whether a node said this, and not what stands in front of it: below 500, or a response of
/// JSON-RPC, as some nodes give errors with status 500.
bool is_answer(const HttpResult&);

} // namespace depinsat::bridge::json_rpc
