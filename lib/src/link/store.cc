#include "depinsat/link/store.h"

namespace depinsat::link {
namespace {

/// Texts compare as bytes do, and GCC 12 sees nothing wrong in it, as it does with vectors.
std::string text(std::span<const uint8_t> key)
{
    return {key.begin(), key.end()};
}

} // namespace

void MemoryStore::put(Record record,
                      std::span<const uint8_t> key,
                      std::span<const uint8_t> value)
{
    records_[record].insert_or_assign(text(key), Bytes(value.begin(), value.end()));
}

void MemoryStore::erase(Record record, std::span<const uint8_t> key)
{
    records_[record].erase(text(key));
}

std::optional<Store::Bytes> MemoryStore::get(Record record, std::span<const uint8_t> key) const
{
    const auto of_record = records_.find(record);
    if (of_record == records_.end())
        return std::nullopt;
    const auto found = of_record->second.find(text(key));
    return found == of_record->second.end() ? std::nullopt : std::optional(found->second);
}

void MemoryStore::for_each(Record record,
                           std::span<const uint8_t> prefix,
                           const Visit& visit) const
{
    const auto of_record = records_.find(record);
    if (of_record == records_.end())
        return;
    const std::string begin = text(prefix);
    for (auto at = of_record->second.lower_bound(begin); at != of_record->second.end(); ++at) {
        const auto& [key, value] = *at;
        if (!key.starts_with(begin))
            break;
        visit({reinterpret_cast<const uint8_t*>(key.data()), key.size()}, value);
    }
}

} // namespace depinsat::link
