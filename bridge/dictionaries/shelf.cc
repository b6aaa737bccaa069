#include "bridge/dictionaries/shelf.h"

#include <algorithm>

namespace depinsat::bridge {

DictionaryShelf::ShortId DictionaryShelf::short_id(const Dictionary::Id& id)
{
    ShortId out;
    std::copy_n(id.begin(), out.size(), out.begin());
    return out;
}

bool DictionaryShelf::add(Dictionary dictionary)
{
    if (all_.size() >= kMax || find(short_id(dictionary.id)))
        return false;
    all_.push_back(std::make_unique<const Dictionary>(std::move(dictionary)));
    return true;
}

const Dictionary* DictionaryShelf::find(const Dictionary::Id& id) const
{
    const Dictionary* found = find(short_id(id));
    return found && found->id == id ? found : nullptr;
}

const Dictionary* DictionaryShelf::find(const ShortId& id) const
{
    const auto found =
        std::ranges::find_if(all_, [&](const auto& one) { return short_id(one->id) == id; });
    return found == all_.end() ? nullptr : found->get();
}

const Dictionary* DictionaryShelf::newest(std::string_view name,
                                          const std::set<Dictionary::Id>* ids) const
{
    const Dictionary* best = nullptr;
    for (const auto& one : all_)
        if (one->name == name && (!ids || ids->contains(one->id)) &&
            (!best || one->version > best->version))
            best = one.get();
    return best;
}

} // namespace depinsat::bridge
