#pragma once

#include <nlohmann/json.hpp>

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

/// JSON as CBOR (RFC 8949) with hexadecimal texts as bytes: what messages hold before zstd.
namespace depinsat::bridge {

/// Bounds of what from_dense() takes: any message of a peer may be a few bytes that zstd makes
/// millions of, and trees are walked by recursion.
inline constexpr size_t kMaxDenseDepth = 256;
inline constexpr size_t kMaxDenseValues = size_t(1) << 20;

/// A text becomes bytes only if it comes back as it was.
std::vector<uint8_t> to_dense(const nlohmann::ordered_json&);

/// Anything may be in the bytes; nothing is thrown.
/// @return nothing for bytes that to_dense() does not write, and beyond the bounds.
std::optional<nlohmann::ordered_json> from_dense(std::span<const uint8_t>);

} // namespace depinsat::bridge
