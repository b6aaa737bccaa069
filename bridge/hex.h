#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// Bytes as Ethereum's interfaces print them.
namespace depinsat::bridge {

/// "0x" and two digits a byte, in lower case.
std::string to_hex(std::span<const uint8_t> bytes);

/// "0x" and an even number of digits of either case.
/// @return nothing for other texts.
std::optional<std::vector<uint8_t>> from_hex(std::string_view text);

} // namespace depinsat::bridge
