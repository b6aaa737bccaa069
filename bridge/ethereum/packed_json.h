#pragma once

#include "bridge/dictionaries/dense_json.h"
#include "bridge/dictionaries/zstd_frame.h"
#include "bridge/ethereum/block.h"
#include "bridge/ethereum/hex.h"

#include <optional>
#include <span>
#include <string>
#include <string_view>

/// JSON as it goes over the link: CBOR with hexadecimal texts as bytes, compressed by zstd
/// against a dictionary that both ends have.
///
/// Format  first byte: version of the dictionary (kDictionaryVersion), or 0: the text itself
///         follows. Then a zstd frame without magic number, checksum and dictionary id.
namespace depinsat::bridge::ethereum {

inline constexpr uint8_t kDictionaryVersion = 1;

/// @param context  that the other end has, too: what repeats in it costs little.
Bytes pack_json(std::string_view text, std::span<const uint8_t> context = {});

/// @return nothing if it is malformed, of another dictionary or too large.
std::optional<std::string> unpack_json(std::span<const uint8_t> packed,
                                       std::span<const uint8_t> context = {});

} // namespace depinsat::bridge::ethereum
