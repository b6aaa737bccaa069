#include "bridge/ethereum/head_chain.h"

namespace depinsat::bridge::ethereum {

void HeadChain::add(const Json& head)
{
    const uint64_t number = *quantity_at(head, "number");
    const auto parent = hash_at(head, "parentHash");
    hashes_.erase(hashes_.lower_bound(number), hashes_.end());
    if (!parent || hashes_.empty() || hashes_.rbegin()->first + 1 != number ||
        hashes_.rbegin()->second != *parent) {
        hashes_.clear();
        if (parent && number > 0)
            hashes_[number - 1] = *parent;
    }
    hashes_[number] = *hash_at(head, "hash");
    if (hashes_.size() > kMax)
        hashes_.erase(hashes_.begin());
}

HeadChain::Place HeadChain::place_of(uint64_t number, const Hash& hash) const
{
    const auto found = hashes_.find(number);
    if (found == hashes_.end())
        return Place::kUnknown;
    return found->second == hash ? Place::kInside : Place::kOutside;
}

HeadChain::Place HeadChain::place_of(const Json& block) const
{
    return place_of(*quantity_at(block, "number"), *hash_at(block, "hash"));
}

} // namespace depinsat::bridge::ethereum
