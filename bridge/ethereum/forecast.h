#pragma once

#include "bridge/ethereum/block.h"
#include "bridge/ethereum/news.h"

#include <optional>
#include <vector>

/// What both ends of the link expect of a new head and of what is polled; only what comes
/// otherwise has to be told (ethereum/difference.h).
namespace depinsat::bridge::ethereum {

/// The base fee of the block after this one (EIP-1559); null: the block has none.
Json next_base_fee(const Json& block);

/// The result of a poll at `head`, whose hash and roots are not looked at.
/// @param before  the head that the poll's result is of; null: none is known.
/// @param polls   all that are told together: one receipt looks like another.
/// @param hash    stands for the hash of the head.
Json forecast_result(const Poll&,
                     const std::vector<const Poll*>& polls,
                     const Json& before,
                     const Json& head,
                     const std::string& hash);

} // namespace depinsat::bridge::ethereum
