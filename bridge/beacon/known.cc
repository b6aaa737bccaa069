#include "bridge/beacon/known.h"

#include <algorithm>
#include <initializer_list>

namespace depinsat::bridge::beacon {
namespace {

bool has_keys(const Json& object, std::initializer_list<const char*> keys)
{
    return object.size() == keys.size() &&
           std::ranges::all_of(keys, [&](const char* key) { return object.contains(key); });
}

/// KZG proofs and blobs, which come with a block and go back with it.
bool is_list_of_hex(const Json& list)
{
    constexpr size_t kLeast = 2 + 2 * 48;
    return !list.empty() && list[0].is_string() &&
           list[0].get_ref<const std::string&>().size() >= kLeast &&
           is_canonical_hex(list[0].get_ref<const std::string&>());
}

/// Of a validator: those of a station come in every list of duties.
bool is_public_key(const std::string& text)
{
    return text.size() == 2 + 2 * 48 && is_canonical_hex(text);
}

std::span<const uint8_t> bytes_of(const std::string& text)
{
    return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}

} // namespace

bool Known::is_worthwhile(const Json& json)
{
    if (json.is_array())
        return is_list_of_hex(json);
    if (json.is_string())
        return is_public_key(json.get_ref<const std::string&>());
    if (!json.is_object())
        return false;
    return has_keys(json, {"slot", "index", "beacon_block_root", "source", "target"}) ||
           has_keys(json, {"aggregation_bits", "data", "signature"}) ||
           has_keys(json, {"aggregation_bits", "data", "signature", "committee_bits"}) ||
           has_keys(json, {"slot", "beacon_block_root", "subcommittee_index",
                           "aggregation_bits", "signature"}) ||
           has_keys(json, {"slot", "proposer_index", "parent_root", "state_root", "body"});
}

void Known::add(const Json& json)
{
    const ShortHash hash = short_hash(json);
    if (find(hash))
        return;
    const size_t bytes = dump(json).size();
    if (bytes > kMaxBytes)
        return;
    while (objects_.size() >= kMaxObjects || bytes_ + bytes > kMaxBytes)
        drop_oldest();
    uses_.push_front(hash);
    objects_.emplace(hash, Object{json, bytes, uses_.begin()});
    bytes_ += bytes;
}

const Json* Known::find(const ShortHash& hash)
{
    const auto object = objects_.find(hash);
    if (object == objects_.end())
        return nullptr;
    uses_.splice(uses_.begin(), uses_, object->second.use);
    return &object->second.json;
}

std::optional<ShortHash> Known::hash_of(const Json& json)
{
    const ShortHash hash = short_hash(json);
    const Json* held = find(hash);
    return held && same(*held, json) ? std::optional(hash) : std::nullopt;
}

void Known::add_block(std::string bytes)
{
    if (std::ranges::count(blocks_, bytes))
        return;
    blocks_.push_front(std::move(bytes));
    if (blocks_.size() > kMaxBlocks)
        blocks_.pop_back();
}

const std::string* Known::find_block(const ShortHash& hash) const
{
    for (const std::string& block : blocks_)
        if (short_hash(bytes_of(block)) == hash)
            return &block;
    return nullptr;
}

void Known::drop_oldest()
{
    const auto object = objects_.find(uses_.back());
    bytes_ -= object->second.bytes;
    objects_.erase(object);
    uses_.pop_back();
}

} // namespace depinsat::bridge::beacon
