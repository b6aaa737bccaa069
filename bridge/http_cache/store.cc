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

void Store::put(const std::string& name, Entry entry)
{
    constexpr size_t kOverhead = 400;
    const Content& content = *entry.content;
    const size_t bytes = content.body.size() + content.type.size() + content.tag.size() +
                         content.modified.size() + kOverhead;
    entries_.put(name, std::move(entry), bytes);
}

} // namespace depinsat::bridge::http_cache
