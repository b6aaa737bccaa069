#pragma once

#include "bridge/beacon/bytes.h"

#include <nlohmann/json.hpp>

namespace depinsat::bridge::beacon {

/// Keys stay in the order in which they came.
using Json = nlohmann::ordered_json;

inline constexpr int kMaxJsonDepth = 32;

/// @return nothing for texts that are not JSON, or nested deeper than kMaxJsonDepth.
std::optional<Json> parse_json(std::string_view);

/// In the shortest form; texts that are not UTF-8 are repaired.
std::string dump(const Json&);

/// Whether both say the same, whatever the order of their keys.
bool same(const Json&, const Json&);

/// The first 8 bytes of the SHA-256 of the value, whatever the order of its keys.
using ShortHash = std::array<uint8_t, 8>;
ShortHash short_hash(const Json&);
ShortHash short_hash(std::span<const uint8_t>);

/// The value of `key` of an object.
/// @return nothing if it is not there or of another kind.
std::optional<uint64_t> decimal_at(const Json&, const char* key);
std::optional<Root> root_at(const Json&, const char* key);
const Json* object_at(const Json&, const char* key);

/// What beacon nodes answer when something is wrong.
std::string error_body(unsigned status, std::string_view message);

} // namespace depinsat::bridge::beacon
