#include "bridge/ethereum/block.h"

#include "bridge/ethereum/rlp.h"

#include <algorithm>

namespace depinsat::bridge::ethereum {
namespace {

enum class Kind { kData, kQuantity };

struct Field {
    const char* name;
    Kind kind;
    bool optional; ///< of a later fork; those behind an absent one are absent, too
};

constexpr Field kHeader[] = {
    {"parentHash", Kind::kData, false},
    {"sha3Uncles", Kind::kData, false},
    {"miner", Kind::kData, false},
    {"stateRoot", Kind::kData, false},
    {"transactionsRoot", Kind::kData, false},
    {"receiptsRoot", Kind::kData, false},
    {"logsBloom", Kind::kData, false},
    {"difficulty", Kind::kQuantity, false},
    {"number", Kind::kQuantity, false},
    {"gasLimit", Kind::kQuantity, false},
    {"gasUsed", Kind::kQuantity, false},
    {"timestamp", Kind::kQuantity, false},
    {"extraData", Kind::kData, false},
    {"mixHash", Kind::kData, false},
    {"nonce", Kind::kData, false},
    {"baseFeePerGas", Kind::kQuantity, true},     // London
    {"withdrawalsRoot", Kind::kData, true},       // Shanghai
    {"blobGasUsed", Kind::kQuantity, true},       // Cancun
    {"excessBlobGas", Kind::kQuantity, true},     // Cancun
    {"parentBeaconBlockRoot", Kind::kData, true}, // Cancun
    {"requestsHash", Kind::kData, true},          // Prague
};

/// Appends the item of a field; false if its text is none.
bool put_field(Bytes& out, const Json& value, Kind kind)
{
    if (!value.is_string())
        return false;
    const auto& text = value.get_ref<const std::string&>();
    const auto bytes = kind == Kind::kData ? from_hex(text) : quantity_bytes(text);
    if (bytes)
        put_rlp(out, *bytes);
    return bytes.has_value();
}

bool put_field(Bytes& out, const Json& object, const char* name, Kind kind)
{
    const auto found = object.find(name);
    return found != object.end() && put_field(out, *found, kind);
}

/// One log: address, topics, data.
std::optional<Bytes> log_rlp(const Json& log)
{
    if (!log.is_object())
        return {};
    Bytes fields, topics;
    const auto list = log.find("topics");
    if (!put_field(fields, log, "address", Kind::kData) || list == log.end() ||
        !list->is_array())
        return {};
    for (const auto& topic : *list)
        if (!put_field(topics, topic, Kind::kData))
            return {};
    const Bytes encoded = rlp_list(topics);
    fields.insert(fields.end(), encoded.begin(), encoded.end());
    if (!put_field(fields, log, "data", Kind::kData))
        return {};
    return rlp_list(fields);
}

} // namespace

std::optional<Bytes> header_rlp(const Json& block)
{
    if (!block.is_object())
        return {};
    Bytes fields;
    bool ended = false;
    for (const auto& field : kHeader) {
        const bool absent =
            field.optional && (!block.contains(field.name) || block.at(field.name).is_null());
        if (absent) {
            ended = true;
            continue;
        }
        if (ended || !put_field(fields, block, field.name, field.kind))
            return {};
    }
    return rlp_list(fields);
}

std::optional<Hash> checked_block_hash(const Json& block)
{
    const auto header = header_rlp(block);
    const auto said = hash_at(block, "hash");
    if (!header || !said || keccak256(*header) != *said)
        return {};
    return said;
}

std::optional<Bytes> receipt_rlp(const Json& receipt)
{
    if (!receipt.is_object())
        return {};
    Bytes fields, logs;
    const auto list = receipt.find("logs");
    const bool by_state = receipt.contains("root") && !receipt.contains("status");
    if (!put_field(fields, receipt, by_state ? "root" : "status",
                   by_state ? Kind::kData : Kind::kQuantity) ||
        !put_field(fields, receipt, "cumulativeGasUsed", Kind::kQuantity) ||
        !put_field(fields, receipt, "logsBloom", Kind::kData) || list == receipt.end() ||
        !list->is_array())
        return {};
    for (const auto& log : *list) {
        const auto encoded = log_rlp(log);
        if (!encoded)
            return {};
        logs.insert(logs.end(), encoded->begin(), encoded->end());
    }
    const Bytes encoded_logs = rlp_list(logs);
    fields.insert(fields.end(), encoded_logs.begin(), encoded_logs.end());
    Bytes out = rlp_list(fields);
    const auto type = quantity_at(receipt, "type");
    if (receipt.contains("type") && (!type || *type > 0x7f))
        return {};
    if (type.value_or(0) != 0)
        out.insert(out.begin(), uint8_t(*type));
    return out;
}

std::optional<Hash> to_hash(const Json& text)
{
    const auto bytes =
        text.is_string() ? from_hex(text.get_ref<const std::string&>()) : std::nullopt;
    if (!bytes || bytes->size() != 32)
        return {};
    Hash hash;
    std::ranges::copy(*bytes, hash.begin());
    return hash;
}

std::optional<Hash> hash_at(const Json& object, const char* key)
{
    const auto found = object.is_object() ? object.find(key) : object.end();
    if (!object.is_object() || found == object.end())
        return {};
    return to_hash(*found);
}

std::optional<uint64_t> quantity_at(const Json& object, const char* key)
{
    const auto found = object.is_object() ? object.find(key) : object.end();
    if (!object.is_object() || found == object.end() || !found->is_string())
        return {};
    return from_quantity(found->get_ref<const std::string&>());
}

} // namespace depinsat::bridge::ethereum
