#include "bridge/bitcoin/chain.h"

namespace depinsat::bridge::bitcoin {
namespace {

constexpr uint32_t kMedianSpan = 11;

Uint256 number_of(const Hash256& hash)
{
    Uint256 value;
    import_bits(value, hash.rbegin(), hash.rend(), 8);
    return value;
}

} // namespace

HeaderChain::HeaderChain(const Network& network) : network_(network)
{
    const Hash256 hash = hash_of(network.genesis);
    entries_.emplace(hash, Entry{network.genesis, 0, work_of(target_of(network.genesis.bits))});
    best_.push_back(hash);
}

HeaderVerdict HeaderChain::add(const BlockHeader& header, int64_t now)
{
    const Hash256 hash = hash_of(header);
    if (contains(hash))
        return HeaderVerdict::kKnown;
    const auto found = entries_.find(header.previous);
    if (found == entries_.end())
        return HeaderVerdict::kOrphan;
    const Entry parent = found->second;
    const auto verdict = judge(header, parent, now);
    if (verdict != HeaderVerdict::kNew)
        return verdict;
    const Uint256 target = target_of(header.bits);
    if (number_of(hash) > target)
        return HeaderVerdict::kInvalid;
    const Uint256 work = parent.work + work_of(target);
    const bool best = work > entries_.at(tip()).work;
    if (!best && entries_.size() - best_.size() >= kMaxBeside)
        return HeaderVerdict::kInvalid;
    entries_.emplace(hash, Entry{header, parent.height + 1, work});
    if (best)
        adopt(hash);
    return HeaderVerdict::kNew;
}

HeaderVerdict
HeaderChain::judge(const BlockHeader& header, const Entry& parent, int64_t now) const
{
    if (header.bits != expected_bits(parent) || header.time <= median_time(parent) ||
        int64_t(header.time) > now + kMaxAhead)
        return HeaderVerdict::kInvalid;
    return HeaderVerdict::kNew;
}

uint32_t HeaderChain::expected_bits(const Entry& parent) const
{
    if (!network_.retargets || (parent.height + 1) % kRetargetInterval != 0)
        return parent.header.bits;
    const Entry* first = ancestor(parent, parent.height + 1 - kRetargetInterval);
    if (!first)
        return 0; // a branch from further back than is kept: no header has such bits
    return next_bits(parent.header.bits,
                     int64_t(parent.header.time) - int64_t(first->header.time),
                     network_.limit_bits);
}

uint32_t HeaderChain::median_time(const Entry& last) const
{
    std::vector<uint32_t> times;
    for (const Entry* entry = &last; entry && times.size() < kMedianSpan;) {
        times.push_back(entry->header.time);
        const auto parent = entries_.find(entry->header.previous);
        entry = parent == entries_.end() ? nullptr : &parent->second;
    }
    std::ranges::sort(times);
    return times[times.size() / 2];
}

const HeaderChain::Entry* HeaderChain::ancestor(const Entry& last, uint32_t height) const
{
    const Entry* entry = &last;
    while (entry && entry->height > height) {
        // On the best chain the rest of the way is known.
        const size_t place = entry->height - base_;
        if (entry->height >= base_ && place < best_.size() && height >= base_ &&
            entries_.at(best_[place]).header == entry->header)
            return &entries_.at(best_[height - base_]);
        const auto parent = entries_.find(entry->header.previous);
        entry = parent == entries_.end() ? nullptr : &parent->second;
    }
    return entry;
}

void HeaderChain::adopt(const Hash256& tip)
{
    std::vector<Hash256> branch;
    Hash256 hash = tip;
    while (!height_of(hash)) {
        branch.push_back(hash);
        hash = entries_.at(hash).header.previous;
    }
    best_.resize(*height_of(hash) - base_ + 1);
    best_.insert(best_.end(), branch.rbegin(), branch.rend());
    prune();
}

void HeaderChain::prune()
{
    // In steps: each one looks at every entry.
    if (best_.size() < kKept + 256)
        return;
    const auto drop = std::ptrdiff_t(best_.size() - kKept);
    best_.erase(best_.begin(), best_.begin() + drop);
    base_ += uint32_t(drop);
    std::erase_if(entries_, [this](const auto& one) { return one.second.height < base_; });
    // What hangs on nothing could not be adopted.
    for (bool more = true; more;) {
        more = std::erase_if(entries_, [this](const auto& one) {
                   return one.second.height > base_ && !contains(one.second.header.previous);
               }) > 0;
        more =
            std::erase_if(entries_,
                          [this](const auto& one) {
                              return one.second.height == base_ && one.first != best_.front();
                          }) > 0 ||
            more;
    }
}

std::optional<uint32_t> HeaderChain::height_of(const Hash256& hash) const
{
    const auto found = entries_.find(hash);
    if (found == entries_.end())
        return {};
    const uint32_t height = found->second.height;
    if (height < base_ || height > this->height() || best_[height - base_] != hash)
        return {};
    return height;
}

std::vector<Hash256> HeaderChain::locator() const
{
    std::vector<Hash256> hashes;
    const Hash256 genesis = hash_of(network_.genesis);
    size_t step = 1;
    for (size_t back = 0; back < best_.size(); back += step) {
        hashes.push_back(best_[best_.size() - 1 - back]);
        if (hashes.size() > 10)
            step *= 2;
    }
    if (hashes.back() != genesis)
        hashes.push_back(genesis);
    return hashes;
}

std::vector<BlockHeader>
HeaderChain::after(std::span<const Hash256> locator, const Hash256& stop, size_t max) const
{
    std::vector<BlockHeader> headers;
    for (const Hash256& hash : locator) {
        const auto height = height_of(hash);
        if (!height)
            continue;
        for (size_t place = *height - base_ + 1; place < best_.size() && headers.size() < max;
             ++place) {
            headers.push_back(entries_.at(best_[place]).header);
            if (best_[place] == stop)
                break;
        }
        break;
    }
    return headers;
}

} // namespace depinsat::bridge::bitcoin
