#pragma once

#include "bridge/ethereum/block.h"

#include <optional>
#include <span>
#include <vector>

/// That a receipt belongs to a transaction and stands in a block: proofs against the roots of
/// receipts and of transactions in the block's header.
///
/// Proven  type, status, cumulative gas, bloom, logs (address, topics, data), and that the
///         transaction stands at this index of this block; so its hash, sender and receiver.
/// Checked effectiveGasPrice, which follows; gasUsed of the first transaction of a block.
/// Not     gasUsed of the others, and what nodes add: no root commits to them alone.
namespace depinsat::bridge::ethereum {

/// The proof of entry `index` of a block: {"receipt": [node ...], "transaction": [node ...]}.
/// @param block     its roots are compared with those of the lists.
/// @param receipts  of the whole block, as eth_getBlockReceipts gives them.
/// @return nothing if the lists are not those of the block.
std::optional<Json> make_receipt_proof(const Json& block,
                                       const Json& receipts,
                                       std::span<const Bytes> transactions,
                                       size_t index);

/// @param block   whose hash has been checked.
/// @param raw     the transaction that the receipt is to be of.
/// @param sender  its sender.
bool check_receipt(const Json& block,
                   const Json& receipt,
                   std::span<const uint8_t> raw,
                   std::span<const uint8_t> sender,
                   const Json& proof);

/// A proof without what it proves, and back: the receipt and the transaction end its last
/// nodes.
/// @return the proof as it is if they do not.
Json cut_proof(const Json& proof, const Json& receipt, std::span<const uint8_t> raw);
Json whole_proof(const Json& cut, const Json& receipt, std::span<const uint8_t> raw);

/// {"transactionsRoot", "receiptsRoot"} as the proof has them; null if it is malformed.
Json roots_of(const Json& proof);

} // namespace depinsat::bridge::ethereum
