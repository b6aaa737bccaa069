#pragma once

#include "bridge/bitcoin/network.h"
#include "bridge/bitcoin/work.h"

#include <optional>
#include <unordered_map>

namespace depinsat::bridge::bitcoin {

enum class HeaderVerdict {
    kNew,     ///< holds, and is kept
    kKnown,   ///< is kept already
    kOrphan,  ///< its parent is not kept
    kInvalid, ///< work, target or time are wrong, or it leaves the chain too far back
};

/// Headers of one network from the genesis on, each checked: target as the rules have it, work,
/// time, link to its parent. The best chain is that of the most work.
///
/// Bounds   the last kKept heights of the best chain and as many headers beside it; what is
///          older cannot be left any more.
class HeaderChain
{
public:
    static constexpr uint32_t kKept = 2 * kRetargetInterval;
    static constexpr size_t kMaxBeside = 2016;
    static constexpr int64_t kMaxAhead = 2 * 3600; ///< s, before our clock

    explicit HeaderChain(const Network&);

    /// @param now  Unix time in s.
    HeaderVerdict add(const BlockHeader&, int64_t now);

    uint32_t height() const { return base_ + uint32_t(best_.size()) - 1; }
    const Hash256& tip() const { return best_.back(); }
    const BlockHeader& tip_header() const { return entries_.at(tip()).header; }
    bool contains(const Hash256& hash) const { return entries_.contains(hash); }

    /// @return nothing if it is not of the best chain, or no longer kept.
    std::optional<uint32_t> height_of(const Hash256&) const;

    /// Hashes of the best chain: the tip, then ever larger steps back, the genesis last.
    std::vector<Hash256> locator() const;

    /// Headers of the best chain behind the first hash of the locator that is on it, up to
    /// `stop`, at most `max`; none if no hash is.
    std::vector<BlockHeader>
    after(std::span<const Hash256> locator, const Hash256& stop, size_t max) const;

private:
    struct Entry {
        BlockHeader header;
        uint32_t height;
        Uint256 work; ///< of the chain up to here
    };

    HeaderVerdict judge(const BlockHeader&, const Entry& parent, int64_t now) const;
    uint32_t expected_bits(const Entry& parent) const;
    uint32_t median_time(const Entry& last) const;
    const Entry* ancestor(const Entry&, uint32_t height) const;
    void adopt(const Hash256& tip);
    void prune();

    const Network& network_;
    std::unordered_map<Hash256, Entry, HashOfHash> entries_;
    uint32_t base_ = 0;         ///< height of best_.front()
    std::vector<Hash256> best_; ///< the best chain, oldest first
};

} // namespace depinsat::bridge::bitcoin
