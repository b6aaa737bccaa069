#pragma once

#include "bridge/ethereum/hex.h"

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

/// Recursive length prefix, Ethereum's serialization (yellow paper, appendix B).
namespace depinsat::bridge::ethereum {

/// One item: a string of bytes, or a list of items. Both point into what was parsed.
struct RlpItem {
    bool is_list = false;
    std::span<const uint8_t> payload; ///< without the prefix
    std::span<const uint8_t> whole;   ///< with it
};

/// Takes the item that the bytes begin with, and moves them behind it. Only the shortest form
/// of each prefix is taken, so that an item has one encoding.
/// @return nothing if there is none.
std::optional<RlpItem> take_rlp(std::span<const uint8_t>& bytes);

/// The items of a list.
/// @return nothing if it is no list, holds more than `most`, or is malformed.
std::optional<std::vector<RlpItem>> rlp_items(const RlpItem& list, size_t most);

/// A number below 2^64 without leading zeros.
std::optional<uint64_t> rlp_number(const RlpItem&);

/// Each appends one item.
void put_rlp(Bytes& out, std::span<const uint8_t> string);
void put_rlp_number(Bytes& out, uint64_t number);

/// A list of items that are encoded already.
Bytes rlp_list(std::span<const uint8_t> items);

} // namespace depinsat::bridge::ethereum
