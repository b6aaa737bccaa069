#include "bridge/ethereum/head_code.h"

#include "bridge/ethereum/forecast.h"

#include <algorithm>

namespace depinsat::bridge::ethereum {
namespace {

std::vector<std::string> keys_of(const Json& object)
{
    std::vector<std::string> keys;
    for (const auto& [key, value] : object.items())
        keys.push_back(key);
    return keys;
}

/// The block that follows, with all that can be foretold but for the hash.
Json foretold(const Json& before, const Json& known)
{
    Json next = before;
    if (next.contains("baseFeePerGas"))
        next["baseFeePerGas"] = next_base_fee(before);
    for (const auto& [key, value] : known.items())
        if (next.contains(key))
            next[key] = value;
    next["parentHash"] = before.at("hash");
    if (const auto number = quantity_at(before, "number"))
        next["number"] = to_quantity(*number + 1);
    return next;
}

void set_hash(Json& block)
{
    if (const auto header = header_rlp(block))
        block["hash"] = to_hex(keccak256(*header));
}

bool is_block(const Json& block)
{
    return block.is_object() && hash_at(block, "hash") && quantity_at(block, "number") &&
           quantity_at(block, "timestamp");
}

} // namespace

Json code_head(const Json& before, const Json& block, const Json& known)
{
    if (!is_block(before) || !is_block(block) || keys_of(before) != keys_of(block))
        return block;
    if (before == block)
        return nullptr;
    const Json next = foretold(before, known);
    Json coded = Json::array();
    size_t place = 0;
    for (const auto& [key, value] : block.items()) {
        const size_t here = place++;
        if (key == "hash" && checked_block_hash(block))
            continue;
        if (key == "timestamp") {
            const auto now = *quantity_at(block, "timestamp");
            const auto then = *quantity_at(before, "timestamp");
            if (value == to_quantity(now) && now >= then) {
                coded.push_back({here, now - then});
                continue;
            }
        }
        if (value != next.at(key))
            coded.push_back({here, value});
    }
    if (decode_head(before, coded, known) != block)
        return block;
    return coded;
}

std::optional<Json> decode_head(const Json& before, const Json& coded, const Json& known)
{
    if (coded.is_null())
        return is_block(before) ? std::optional(before) : std::nullopt;
    if (coded.is_object())
        return is_block(coded) ? std::optional(coded) : std::nullopt;
    if (!coded.is_array() || !is_block(before))
        return {};
    Json block = foretold(before, known);
    const auto keys = keys_of(block);
    bool has_hash = false;
    for (const auto& entry : coded) {
        if (!entry.is_array() || entry.size() != 2 || !entry[0].is_number_unsigned() ||
            entry[0].get<size_t>() >= keys.size())
            return {};
        const std::string& key = keys[entry[0].get<size_t>()];
        has_hash |= key == "hash";
        if (key == "timestamp" && entry[1].is_number_unsigned())
            block[key] =
                to_quantity(*quantity_at(before, "timestamp") + entry[1].get<uint64_t>());
        else
            block[key] = entry[1];
    }
    if (!has_hash)
        set_hash(block);
    return is_block(block) ? std::optional(block) : std::nullopt;
}

} // namespace depinsat::bridge::ethereum
