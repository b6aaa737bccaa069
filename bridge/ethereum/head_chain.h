#pragma once

#include "bridge/ethereum/block.h"

#include <map>

namespace depinsat::bridge::ethereum {

/// Which block stands at which number, as far as the heads of one teller have shown.
///
/// Known   a block is while every head since it was told follows the one before, or one that is
///         known; a head that does not leaves but itself and its parent.
/// Bounds  kMax numbers; the lowest make way.
class HeadChain
{
public:
    static constexpr size_t kMax = 256;

    enum class Place { kUnknown, kInside, kOutside };

    /// Takes a head that has a number and a hash.
    void add(const Json& head);

    /// Where a block is that stood at this number.
    Place place_of(uint64_t number, const Hash&) const;
    Place place_of(const Json& block) const;

    void forget() { hashes_.clear(); }

private:
    std::map<uint64_t, Hash> hashes_;
};

} // namespace depinsat::bridge::ethereum
