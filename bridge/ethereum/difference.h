#pragma once

#include "bridge/ethereum/block.h"

#include <optional>

/// JSON as it differs from what was expected.
///
/// Format  true: as expected. A list of [place, difference, ...]: an object with the same keys,
///         or a list as long, whose children at these places differ. {"": value}: another
///         value.
namespace depinsat::bridge::ethereum {

Json code_against(const Json& expected, const Json& value);

/// Anything may be in `coded`.
/// @return nothing if it makes no sense against what was expected.
std::optional<Json> decode_against(const Json& expected, const Json& coded);

} // namespace depinsat::bridge::ethereum
