#pragma once

#include "bridge/dictionaries/shelf.h"

/// What stations tell each other of their dictionaries. Numbers are big-endian.
///
/// Offer       of each dictionary: id (32 bytes), version (2), size (4), length of its name
/// (1),
///             name. All that the station has; at most DictionaryShelf::kMax.
/// Want        id.
/// Dictionary  the bytes themselves; their hash says which it is.
namespace depinsat::bridge {

struct OfferedDictionary {
    Dictionary::Id id{};
    uint16_t version = 0;
    uint32_t size = 0;
    std::string name;
    bool operator==(const OfferedDictionary&) const = default;
};

Bytes encode_offer(const std::vector<OfferedDictionary>&);

/// @return nothing if it is malformed.
std::optional<std::vector<OfferedDictionary>> decode_offer(std::span<const uint8_t>);

std::optional<Dictionary::Id> decode_want(std::span<const uint8_t>);

} // namespace depinsat::bridge
