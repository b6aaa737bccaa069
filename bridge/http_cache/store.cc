#include "bridge/http_cache/store.h"

#include <sodium.h>

#include <algorithm>

namespace depinsat::bridge::http_cache {

ContentHash hash_of(std::string_view body)
{
    std::array<uint8_t, crypto_generichash_BYTES> whole;
    crypto_generichash(whole.data(), whole.size(),
                       reinterpret_cast<const uint8_t*>(body.data()), body.size(), nullptr, 0);
    ContentHash hash;
    std::copy_n(whole.begin(), hash.size(), hash.begin());
    return hash;
}

size_t Store::Named::size() const
{
    constexpr size_t kOverhead = 400;
    const Content& content = *entry.content;
    return 2 * name.size() + content.body.size() + content.type.size() + content.tag.size() +
           content.modified.size() + kOverhead;
}

const Store::Entry* Store::find(const std::string& name)
{
    const auto known = by_name_.find(name);
    if (known == by_name_.end())
        return nullptr;
    order_.splice(order_.begin(), order_, known->second);
    return &known->second->entry;
}

void Store::put(const std::string& name, Entry entry)
{
    drop(name);
    Named named{name, std::move(entry)};
    if (named.size() > max_bytes_)
        return;
    while (bytes_ + named.size() > max_bytes_)
        erase(std::prev(order_.end()));
    bytes_ += named.size();
    order_.push_front(std::move(named));
    by_name_[name] = order_.begin();
}

void Store::drop(const std::string& name)
{
    if (const auto known = by_name_.find(name); known != by_name_.end())
        erase(known->second);
}

void Store::erase(Order::iterator named)
{
    bytes_ -= named->size();
    by_name_.erase(named->name);
    order_.erase(named);
}

} // namespace depinsat::bridge::http_cache
