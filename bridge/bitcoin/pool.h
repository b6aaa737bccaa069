#pragma once

#include "bridge/bitcoin/block.h"

#include <deque>
#include <unordered_map>

namespace depinsat::bridge::bitcoin {

/// The latest transactions that this station saw, by either hash; the oldest go first.
class Pool
{
public:
    static constexpr size_t kMaxBytes = 24u << 20; ///< of their footprints

    /// @return false if it is there already.
    bool add(TransactionPtr);

    /// @param hash  txid or wtxid. @return null if it is not there.
    TransactionPtr find(const Hash256& hash) const;

    /// Whether it is here and a block has it.
    bool is_confirmed(const Hash256& txid) const;

    /// Those of a block are no longer waiting for one.
    void confirm(const Block&);

    template <class Visit>
    void for_each(Visit visit) const
    {
        for (const auto& transaction : order_)
            visit(transaction);
    }

    /// `transaction` behind those that it spends, as far as they are here, `wanted`, and fit
    /// into a message together.
    template <class Wanted>
    std::vector<TransactionPtr> with_parents(const TransactionPtr& transaction,
                                             Wanted wanted) const
    {
        static constexpr size_t kMaxFamily = 25; // as nodes take
        static constexpr size_t kMaxFamilyBytes = 500'000;
        std::vector<TransactionPtr> family{transaction};
        size_t bytes = transaction->bytes.size();
        for (size_t i = 0; i < family.size(); ++i)
            for (const Hash256& txid : family[i]->parents) {
                const auto parent = unconfirmed(txid);
                if (!parent || family.size() >= kMaxFamily || !wanted(*parent) ||
                    bytes + parent->bytes.size() > kMaxFamilyBytes ||
                    std::ranges::count(family, parent))
                    continue;
                bytes += parent->bytes.size();
                family.push_back(parent);
            }
        std::ranges::reverse(family);
        return parents_first(std::move(family));
    }

private:
    TransactionPtr unconfirmed(const Hash256& txid) const;
    static std::vector<TransactionPtr> parents_first(std::vector<TransactionPtr>);

    struct Entry {
        TransactionPtr transaction;
        bool confirmed = false;
    };
    std::unordered_map<Hash256, Entry, HashOfHash> by_txid_;
    std::unordered_map<Hash256, Hash256, HashOfHash> txid_of_wtxid_; ///< where they differ
    std::deque<TransactionPtr> order_;
    size_t bytes_ = 0;
};

/// The latest blocks, by hash.
class BlockStore
{
public:
    static constexpr size_t kMaxBlocks = 12;
    static constexpr size_t kMaxBytes = 24u << 20; ///< but for the latest

    void add(BlockPtr);
    BlockPtr find(const Hash256& hash) const;

private:
    struct Entry {
        Hash256 hash;
        BlockPtr block;
        size_t bytes;
    };
    std::deque<Entry> blocks_;
    size_t bytes_ = 0;
};

} // namespace depinsat::bridge::bitcoin
