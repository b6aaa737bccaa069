#pragma once

#include "bridge/bitcoin/block.h"

#include <functional>

namespace depinsat::bridge::bitcoin {

/// Compact blocks, version 2 (BIP152): a block with 6 bytes for each transaction that the other
/// side is likely to have.
using ShortId = uint64_t; ///< 48 bits

struct Prefilled {
    uint32_t index; ///< in the block
    TransactionPtr transaction;
};

struct CompactBlock {
    BlockHeader header;
    uint64_t nonce = 0;
    std::vector<ShortId> short_ids;
    std::vector<Prefilled> prefilled; ///< by index

    size_t size() const { return short_ids.size() + prefilled.size(); }
};

/// Key of the short ids of one block.
std::array<uint8_t, 16> short_id_key(const BlockHeader&, uint64_t nonce);
ShortId short_id(std::span<const uint8_t, 16> key, const Hash256& wtxid);

/// @param whole  of a transaction that is not coinbase: whether it goes along whole.
CompactBlock make_compact(const Block&,
                          uint64_t nonce,
                          const std::function<bool(const Transaction&)>& whole);

Bytes encode(const CompactBlock&);

/// @return nothing if it is something else, or larger than a block can be.
std::optional<CompactBlock> decode_compact(std::span<const uint8_t>);

/// getblocktxn
struct TransactionsWanted {
    Hash256 block{};
    std::vector<uint32_t> indices; ///< going up
};
Bytes encode(const TransactionsWanted&);
std::optional<TransactionsWanted> decode_wanted(std::span<const uint8_t>);

/// blocktxn
struct BlockTransactions {
    Hash256 block{};
    std::vector<TransactionPtr> transactions;
};
Bytes encode(const BlockTransactions&);
std::optional<BlockTransactions> decode_block_transactions(std::span<const uint8_t>);

/// The transactions of `block` at these indices; nothing if one is beyond its end.
std::optional<BlockTransactions> pick(const Block& block, const TransactionsWanted&);

/// A block in the making.
class CompactAssembly
{
public:
    /// @param known  calls its argument with every transaction that may be among the block's.
    CompactAssembly(
        CompactBlock,
        const std::function<void(const std::function<void(const TransactionPtr&)>&)>& known);

    const Hash256& hash() const { return hash_; }

    /// Those that are not known, or known twice.
    TransactionsWanted missing() const;

    /// @return false if these are not as many as are missing.
    bool add(const BlockTransactions&);

    /// The block; its body is to be checked, as short ids can mean another transaction.
    Block block() const { return {header_, transactions_}; }

private:
    BlockHeader header_;
    Hash256 hash_;
    std::vector<TransactionPtr> transactions_; ///< null: missing
};

} // namespace depinsat::bridge::bitcoin
