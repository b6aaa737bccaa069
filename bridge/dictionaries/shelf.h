#pragma once

#include "bridge/dictionaries/dictionary.h"

#include <memory>
#include <set>
#include <string_view>

namespace depinsat::bridge {

/// The dictionaries that a station has. None is ever taken away: what a peer was told to be
/// here can be relied on.
class DictionaryShelf
{
public:
    static constexpr size_t kMax = 64;

    /// How a message names its dictionary: the beginning of the id.
    using ShortId = std::array<uint8_t, 4>;
    static ShortId short_id(const Dictionary::Id&);

    /// @return false if the shelf is full, or has one with this short id.
    bool add(Dictionary);

    const Dictionary* find(const Dictionary::Id&) const;
    const Dictionary* find(const ShortId&) const;

    /// The newest of that name, if `ids` is given among these.
    const Dictionary* newest(std::string_view name,
                             const std::set<Dictionary::Id>* ids = nullptr) const;

    const std::vector<std::unique_ptr<const Dictionary>>& all() const { return all_; }

private:
    std::vector<std::unique_ptr<const Dictionary>> all_; ///< addresses stay
};

} // namespace depinsat::bridge
