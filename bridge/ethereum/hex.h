#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace depinsat::bridge::ethereum {

using Bytes = std::vector<uint8_t>;

/// "0x" and two digits a byte, in lower case.
std::string to_hex(std::span<const uint8_t> bytes);

/// "0x" and an even number of digits of either case.
std::optional<Bytes> from_hex(std::string_view text);

/// A quantity of JSON-RPC: "0x0", else "0x" and no leading zero.
std::string to_quantity(uint64_t value);

/// @return nothing for what is no quantity below 2^64; leading zeros are let pass.
std::optional<uint64_t> from_quantity(std::string_view text);

/// The bytes of a quantity of any size, big-endian, without leading zeros.
std::optional<Bytes> quantity_bytes(std::string_view text);

} // namespace depinsat::bridge::ethereum
