#include "depinsat/link/store.h"

namespace depinsat::link {
namespace {

std::pair<Record, Store::Bytes> place(Record record, std::span<const uint8_t> key)
{
    return {record, {key.begin(), key.end()}};
}

} // namespace

void MemoryStore::put(Record record,
                      std::span<const uint8_t> key,
                      std::span<const uint8_t> value)
{
    records_[place(record, key)].assign(value.begin(), value.end());
}

void MemoryStore::erase(Record record, std::span<const uint8_t> key)
{
    records_.erase(place(record, key));
}

std::optional<Store::Bytes> MemoryStore::get(Record record, std::span<const uint8_t> key) const
{
    const auto found = records_.find(place(record, key));
    return found == records_.end() ? std::nullopt : std::optional(found->second);
}

void MemoryStore::for_each(
    Record record,
    const std::function<void(std::span<const uint8_t>, std::span<const uint8_t>)>& visit) const
{
    for (auto at = records_.lower_bound({record, {}});
         at != records_.end() && at->first.first == record; ++at)
        visit(at->first.second, at->second);
}

} // namespace depinsat::link
