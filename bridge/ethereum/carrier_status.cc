#include "bridge/ethereum/carrier.h"
#include "bridge/ethereum/json_rpc.h"

namespace depinsat::bridge::ethereum {
namespace {

using State = Carrier::State;

/// The hash that is the only parameter of a call.
std::optional<Hash> hash_of(const std::string& call)
{
    const Json json = Json::parse(call, nullptr, false);
    const Json params = json.is_object() ? json.value("params", Json()) : Json();
    if (!params.is_array() || params.size() != 1)
        return {};
    return to_hash(params[0]);
}

} // namespace

const char* to_string(State state)
{
    switch (state) {
    case State::kQueued:
        return "queued";
    case State::kAtGateway:
        return "at gateway";
    case State::kAccepted:
        return "accepted";
    case State::kRefused:
        return "refused";
    case State::kIncluded:
        return "included";
    case State::kFinal:
        return "final";
    case State::kExpired:
        break;
    }
    return "expired";
}

std::string hash_result(const Hash& hash)
{
    return R"({"result":")" + to_hex(hash) + "\"}";
}

std::string Carrier::status_of(const std::string& call) const
{
    const auto hash = hash_of(call);
    if (!hash)
        return error_result(kInvalidParams, "depinsat_transactionStatus takes the hash of a "
                                            "transaction");
    const auto found = carried_.find(*hash);
    if (found == carried_.end())
        return R"({"result":null})";
    const Carried& carried = found->second;
    Json result{{"state", to_string(carried.state)},
                {"from", to_hex(carried.transaction.sender)},
                {"nonce", to_quantity(carried.transaction.nonce)},
                {"gateway", config::to_base64(carried.gateway)},
                {"verified", carried.verified},
                {"gatewaysTried", carried.tried.size()},
                {"blockNumber", carried.block ? Json(to_quantity(*carried.block)) : Json()}};
    if (!carried.refusal.empty())
        result["error"] = Json::parse(carried.refusal)["error"];
    return Json{{"result", result}}.dump(-1, ' ', false, Json::error_handler_t::replace);
}

nlohmann::json Carrier::status() const
{
    nlohmann::json counts = nlohmann::json::object();
    const auto count = [&](const char* key) {
        auto& number = counts[key];
        number = number.is_null() ? 1 : number.get<int>() + 1;
    };
    for (const auto& [hash, carried] : carried_) {
        count(to_string(carried.state));
        if (carried.block && !carried.verified)
            count("unverified");
    }
    return counts;
}

} // namespace depinsat::bridge::ethereum
