#pragma once

#include "bridge/ethereum/hex.h"
#include "bridge/ethereum/keccak.h"

#include <nlohmann/json.hpp>

#include <optional>

/// Blocks and receipts of JSON-RPC, and what of them a hash commits to.
namespace depinsat::bridge::ethereum {

using Json = nlohmann::ordered_json;

/// The header of a block in RLP, of any fork up to Prague.
/// @return nothing if a field is missing or malformed.
std::optional<Bytes> header_rlp(const Json& block);

/// The hash of the header, if it is the one that the block says.
std::optional<Hash> checked_block_hash(const Json& block);

/// A receipt as the receipts root commits to it.
/// @return nothing if a field is missing or malformed.
std::optional<Bytes> receipt_rlp(const Json& receipt);

/// 32 bytes in hexadecimal digits.
std::optional<Hash> to_hash(const Json& text);

/// The hash that stands at `key`; nothing if it is no object or has none there.
std::optional<Hash> hash_at(const Json& object, const char* key);

/// The quantity that stands at `key`, likewise.
std::optional<uint64_t> quantity_at(const Json& object, const char* key);

} // namespace depinsat::bridge::ethereum
