#include "bridge/ethereum/forecast.h"

#include "bridge/ethereum/transaction.h"

#include <algorithm>

namespace depinsat::bridge::ethereum {
namespace {

void set(Json& object, const char* key, Json value)
{
    if (const auto found = object.find(key); found != object.end())
        *found = std::move(value);
}

/// The latest entry goes in at the end, the oldest out in front once there are enough.
void shift(Json& list, Json value, size_t most)
{
    list.push_back(std::move(value));
    if (list.size() > most)
        list.erase(list.begin());
}

double ratio(const Json& block)
{
    const auto used = quantity_at(block, "gasUsed");
    const auto limit = quantity_at(block, "gasLimit");
    return used && limit && *limit != 0 ? double(*used) / double(*limit) : 0.0;
}

bool is_list(const Json& object, const char* key)
{
    const auto found = object.find(key);
    return found != object.end() && found->is_array() && !found->empty();
}

/// A fee history at the latest block, one block later.
Json forecast_fee_history(const Poll& poll, Json history, const Json& head)
{
    const Json call = Json::parse(poll.call, nullptr, false);
    const Json& asked = call["params"][0];
    const auto blocks = asked.is_string() ? from_quantity(asked.get_ref<const std::string&>())
                        : asked.is_number_unsigned() ? std::optional(asked.get<uint64_t>())
                                                     : std::nullopt;
    if (!blocks || *blocks == 0 || !is_list(history, "gasUsedRatio") ||
        !is_list(history, "baseFeePerGas"))
        return history;
    const size_t most = size_t(std::min<uint64_t>(*blocks, 1024));
    const bool full = history["gasUsedRatio"].size() >= most;
    shift(history["baseFeePerGas"], next_base_fee(head), most + 1);
    shift(history["gasUsedRatio"], ratio(head), most);
    for (const auto& [key, size] : {std::pair{"baseFeePerBlobGas", most + 1},
                                    {"blobGasUsedRatio", most},
                                    {"reward", most}})
        if (is_list(history, key))
            shift(history[key], Json(history[key].back()), size);
    if (const auto oldest = quantity_at(history, "oldestBlock"); oldest && full)
        history["oldestBlock"] = to_quantity(*oldest + 1);
    return history;
}

/// The receipt of a transaction in this head that went as another one did.
Json forecast_receipt(const Poll& poll, Json receipt, const Json& head, const std::string& hash)
{
    const std::span raw(poll.context.data(), poll.context.size() - kSenderBytes);
    const auto decoded = decode_transaction(raw);
    const auto* transaction = std::get_if<Transaction>(&decoded);
    if (!transaction)
        return receipt;
    set(receipt, "transactionHash", to_hex(transaction->hash));
    set(receipt, "from", to_hex(transaction->sender));
    set(receipt, "to", transaction->to ? Json(to_hex(*transaction->to)) : Json());
    set(receipt, "blockHash", hash);
    set(receipt, "blockNumber", head.at("number"));
    if (const auto base = quantity_at(head, "baseFeePerGas")) {
        const uint64_t tip =
            std::min(transaction->max_priority_fee_per_gas, UINT64_MAX - *base);
        set(receipt, "effectiveGasPrice",
            to_quantity(std::min(transaction->max_fee_per_gas, *base + tip)));
    }
    const auto time = quantity_at(head, "timestamp");
    if (const auto found = receipt.find("blockTimestamp"); found != receipt.end() && time)
        *found = found->is_number() ? Json(*time) : Json(to_quantity(*time));
    return receipt;
}

Json last_result(const Poll& poll)
{
    const Json json = Json::parse(poll.result, nullptr, false);
    return json.is_object() ? json.value("result", Json()) : Json();
}

} // namespace

Json next_base_fee(const Json& block)
{
    constexpr uint64_t kElasticity = 2, kDenominator = 8;
    const auto base = quantity_at(block, "baseFeePerGas");
    const auto used = quantity_at(block, "gasUsed");
    const auto limit = quantity_at(block, "gasLimit");
    if (!base || !used || !limit || *limit / kElasticity == 0)
        return nullptr;
    const uint64_t target = *limit / kElasticity;
    const uint64_t off = *used > target ? *used - target : target - *used;
    const auto change =
        uint64_t(static_cast<unsigned __int128>(*base) * off / target / kDenominator);
    if (*used > target)
        return to_quantity(*base + std::max<uint64_t>(change, 1));
    return to_quantity(*base - std::min(change, *base));
}

Json forecast_result(const Poll& poll,
                     const std::vector<const Poll*>& polls,
                     const Json& before,
                     const Json& head,
                     const std::string& hash)
{
    Json expected = Json::parse(poll.result, nullptr, false);
    Json result = last_result(poll);
    if (poll.context.size() > kSenderBytes && result.is_null()) {
        const auto other = std::ranges::find_if(polls, [](const Poll* one) {
            return !one->context.empty() && last_result(*one).is_object();
        });
        if (other == polls.end())
            return expected;
        return Json{{"result", forecast_receipt(poll, last_result(**other), head, hash)}};
    }
    const bool next =
        hash_at(before, "hash") &&
        quantity_at(before, "number").value_or(0) + 1 == quantity_at(head, "number");
    if (next && result.is_object() && poll.call.find("eth_feeHistory") != poll.call.npos)
        return Json{{"result", forecast_fee_history(poll, std::move(result), head)}};
    return expected;
}

} // namespace depinsat::bridge::ethereum
