#pragma once

#include "bridge/dictionaries/shelf.h"
#include "bridge/dictionaries/zstd_frame.h"

namespace depinsat::bridge {

/// Bytes as they go over the link.
///
/// Format  first byte: how (below); of kDictionary the short id; then the bytes, or a zstd
/// frame
///         without magic number, checksum and dictionary id (RFC 8878).
enum class Packing : uint8_t { kPlain = 0, kZstd = 1, kDictionary = 2 };

/// @param dictionary  that the other end has, too; or null.
Bytes pack(std::span<const uint8_t> plain, const Dictionary* dictionary);

/// @return nothing if it is malformed, too large, or of a dictionary that is not there.
std::optional<Bytes> unpack(std::span<const uint8_t> packed, const DictionaryShelf&);

} // namespace depinsat::bridge
