#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace depinsat::bridge::solana {

using Bytes = std::vector<uint8_t>;

/// Bytes as a number in base 58 with Bitcoin's alphabet; each leading zero byte is a "1".
///
/// Cost  grows with the square of the length.
std::string to_base58(std::span<const uint8_t> bytes);

/// @return nothing if the text has a character that is none of the alphabet, or stands for more
///         than max_bytes.
std::optional<Bytes> from_base58(std::string_view text, size_t max_bytes);

} // namespace depinsat::bridge::solana
