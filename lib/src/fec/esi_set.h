#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace depinsat::fec {

/// A set of encoding symbol identifiers with all memory taken at construction.
class EsiSet
{
public:
    /// Half of the places stay empty, so that a search ends soon.
    explicit EsiSet(size_t most) : places_(std::bit_ceil(2 * most + 1), kEmpty) {}

    bool contains(uint32_t esi) const { return places_[find(esi)] == esi; }
    void insert(uint32_t esi) { places_[find(esi)] = esi; }
    void clear() { std::fill(places_.begin(), places_.end(), kEmpty); }

private:
    static constexpr uint32_t kEmpty = 0xffffffff;

    size_t find(uint32_t esi) const
    {
        const size_t mask = places_.size() - 1;
        size_t at = (esi * 0x9e3779b1u >> 7) & mask;
        while (places_[at] != kEmpty && places_[at] != esi)
            at = (at + 1) & mask;
        return at;
    }

    std::vector<uint32_t> places_;
};

} // namespace depinsat::fec
