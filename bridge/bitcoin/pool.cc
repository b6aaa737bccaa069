#include "bridge/bitcoin/pool.h"

namespace depinsat::bridge::bitcoin {

bool Pool::add(TransactionPtr transaction)
{
    const auto [place, added] = by_txid_.try_emplace(transaction->txid, Entry{transaction});
    if (!added)
        return false;
    if (transaction->has_witness)
        txid_of_wtxid_.emplace(transaction->wtxid, transaction->txid);
    bytes_ += transaction->footprint();
    order_.push_back(std::move(transaction));
    while (bytes_ > kMaxBytes && order_.size() > 1) {
        const auto oldest = std::move(order_.front());
        order_.pop_front();
        bytes_ -= oldest->footprint();
        by_txid_.erase(oldest->txid);
        txid_of_wtxid_.erase(oldest->wtxid);
    }
    return true;
}

TransactionPtr Pool::find(const Hash256& hash) const
{
    const auto other = txid_of_wtxid_.find(hash);
    const auto place = by_txid_.find(other == txid_of_wtxid_.end() ? hash : other->second);
    return place == by_txid_.end() ? nullptr : place->second.transaction;
}

TransactionPtr Pool::unconfirmed(const Hash256& txid) const
{
    const auto place = by_txid_.find(txid);
    return place == by_txid_.end() || place->second.confirmed ? nullptr
                                                              : place->second.transaction;
}

bool Pool::is_confirmed(const Hash256& txid) const
{
    const auto place = by_txid_.find(txid);
    return place != by_txid_.end() && place->second.confirmed;
}

void Pool::confirm(const Block& block)
{
    for (const auto& transaction : block.transactions) {
        const auto place = by_txid_.find(transaction->txid);
        if (place != by_txid_.end())
            place->second.confirmed = true;
    }
}

std::vector<TransactionPtr> Pool::parents_first(std::vector<TransactionPtr> family)
{
    std::vector<TransactionPtr> sorted;
    while (!family.empty()) {
        // None spends itself, so one has no parent among the rest.
        const auto first = std::ranges::find_if(family, [&](const auto& one) {
            return std::ranges::none_of(family, [&](const auto& other) {
                return std::ranges::binary_search(one->parents, other->txid);
            });
        });
        const auto place = first == family.end() ? family.begin() : first;
        sorted.push_back(std::move(*place));
        family.erase(place);
    }
    return sorted;
}

void BlockStore::add(BlockPtr block)
{
    const Hash256 hash = hash_of(block->header);
    if (find(hash))
        return;
    size_t bytes = 0;
    for (const auto& transaction : block->transactions)
        bytes += transaction->footprint();
    bytes_ += bytes;
    blocks_.push_back({hash, std::move(block), bytes});
    while (blocks_.size() > kMaxBlocks || (bytes_ > kMaxBytes && blocks_.size() > 1)) {
        bytes_ -= blocks_.front().bytes;
        blocks_.pop_front();
    }
}

BlockPtr BlockStore::find(const Hash256& hash) const
{
    const auto place = std::ranges::find(blocks_, hash, &Entry::hash);
    return place == blocks_.end() ? nullptr : place->block;
}

} // namespace depinsat::bridge::bitcoin
