#include "bridge/ethereum/plain_transfer.h"

#include "bridge/ethereum/hex.h"

#include <boost/multiprecision/cpp_int.hpp>

#include <algorithm>

namespace depinsat::bridge::ethereum {
namespace {

using Number = boost::multiprecision::checked_uint512_t;

constexpr unsigned kTransferGas = 21000;
constexpr size_t kMaxNumberBytes = 32;

std::string call_of(const char* method, const Json& account)
{
    return Json{{"method", method}, {"params", {account, "latest"}}}.dump();
}

bool is_account(const Json& request, const char* key)
{
    const auto found = request.find(key);
    return found != request.end() && found->is_string() &&
           from_hex(found->get_ref<const std::string&>()).value_or(Bytes()).size() == 20;
}

/// The number that stands there, 0 if none does.
std::optional<Number> number_at(const Json& object, const char* key)
{
    const auto found = object.find(key);
    if (found == object.end() || found->is_null())
        return Number(0);
    const auto bytes = found->is_string() ? quantity_bytes(found->get_ref<const std::string&>())
                                          : std::nullopt;
    if (!bytes || bytes->size() > kMaxNumberBytes)
        return {};
    Number number;
    import_bits(number, bytes->begin(), bytes->end());
    return number;
}

bool is_plain(const std::string& key, const Json& value)
{
    if (key == "input" || key == "data")
        return value == "0x" || value.is_null();
    if (key == "accessList")
        return value.is_array() && value.empty();
    return std::ranges::count(std::array{"from", "to", "value", "gasPrice", "maxFeePerGas",
                                         "maxPriorityFeePerGas", "nonce", "chainId"},
                              key) > 0;
}

Json result_in(const std::string& text)
{
    const Json json = Json::parse(text, nullptr, false);
    return json.is_object() ? json.value("result", Json()) : Json();
}

} // namespace

std::optional<PlainTransfer> plain_transfer_of(const Json& call)
{
    const Json params = call.is_object() ? call.value("params", Json()) : Json();
    if (!params.is_array() || params.empty() || params.size() > 2 || !params[0].is_object() ||
        call.value("method", Json()) != "eth_estimateGas" ||
        (params.size() == 2 && params[1] != "latest" && params[1] != "pending"))
        return {};
    const Json& request = params[0];
    if (!is_account(request, "from") || !is_account(request, "to"))
        return {};
    for (const auto& [key, value] : request.items())
        if (!is_plain(key, value))
            return {};
    const Json &from = request["from"], &to = request["to"];
    return PlainTransfer{call_of("eth_getCode", to), call_of("eth_getBalance", from),
                         call_of("eth_getTransactionCount", from), request};
}

bool can_transfer(const PlainTransfer& transfer,
                  const std::string& code,
                  const std::string& balance,
                  const std::string& nonce,
                  const Json& head)
{
    const Json& request = transfer.request;
    if (result_in(code) != "0x" ||
        (request.contains("nonce") && request["nonce"] != result_in(nonce)))
        return false;
    const auto value = number_at(request, "value"), price = number_at(request, "gasPrice"),
               most = number_at(request, "maxFeePerGas"),
               tip = number_at(request, "maxPriorityFeePerGas"),
               base = number_at(head, "baseFeePerGas"),
               owned = number_at({{"balance", result_in(balance)}}, "balance");
    if (!value || !price || !most || !tip || !base || !owned)
        return false;
    const Number fee = std::max(*price, *most);
    const bool is_priced = fee != 0;
    return (!is_priced || (fee >= *base && *tip <= fee)) &&
           *owned >= *value + kTransferGas * fee;
}

} // namespace depinsat::bridge::ethereum
