#pragma once

#include "bridge/hex.h"

namespace depinsat::bridge::ethereum {

using Bytes = std::vector<uint8_t>;

using bridge::from_hex;
using bridge::to_hex;

/// A quantity of JSON-RPC: "0x0", else "0x" and no leading zero.
std::string to_quantity(uint64_t value);

/// @return nothing for what is no quantity below 2^64; leading zeros are let pass.
std::optional<uint64_t> from_quantity(std::string_view text);

/// The bytes of a quantity of any size, big-endian, without leading zeros.
std::optional<Bytes> quantity_bytes(std::string_view text);

} // namespace depinsat::bridge::ethereum
