#pragma once

#include "bridge/ethereum/block.h"

/// Blocks as they follow one another over the link: what can be foretold from the block before
/// is left out.
namespace depinsat::bridge::ethereum {

/// What is to be sent of `block` to one who has `before` (null: nothing). JSON again: null, if
/// it is `before`; an object, the whole block; or a list of [place of the field, value],
/// without those that can be foretold: hash, if it is that of the header; parentHash, number,
/// base fee, `known`, and what has not changed; the time as the difference.
/// @param known  fields that the other end knows otherwise; null: none.
Json code_head(const Json& before, const Json& block, const Json& known = nullptr);

/// The block again; anything may be in `coded` and in `known`.
/// @return nothing if it makes no sense after `before`.
std::optional<Json>
decode_head(const Json& before, const Json& coded, const Json& known = nullptr);

} // namespace depinsat::bridge::ethereum
