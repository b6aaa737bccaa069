#pragma once

#include "bridge/bitcoin/hash.h"

#include <optional>
#include <span>

/// The code of a sequence of transactions of which most come from a list that both sides have.
namespace depinsat::bridge::bitcoin {

/// A place in the list, or nothing for what is not in it.
using Place = std::optional<uint32_t>;

/// Codes places that are each used once at most. What comes next in the list costs a fraction
/// of a bit; what is out of turn costs its distance, counted in places that are not used yet.
/// @param list_size  below 2^30.
Bytes encode_places(std::span<const Place> places, uint32_t list_size);

/// @return nothing if the code is of no sequence of `count` places of the list.
std::optional<std::vector<Place>>
decode_places(std::span<const uint8_t> code, size_t count, uint32_t list_size);

} // namespace depinsat::bridge::bitcoin
