#include "bridge/solana/carrier.h"

#include <algorithm>

namespace depinsat::bridge::solana {
namespace {

using State = Carrier::State;

/// A value of getSignatureStatuses.
Json to_json(const Status& status)
{
    Json error = status.error.empty() ? Json() : Json::parse(status.error, nullptr, false);
    if (error.is_discarded())
        error = status.error;
    const bool is_final = status.commitment == Commitment::kFinalized;
    const Json confirmations =
        is_final || status.confirmations == 255 ? Json() : Json(status.confirmations);
    return {{"slot", status.slot},
            {"confirmations", confirmations},
            {"err", error},
            {"status", error.is_null() ? Json{{"Ok", nullptr}} : Json{{"Err", error}}},
            {"confirmationStatus", to_string(status.commitment)}};
}

} // namespace

bool has_ended(State state)
{
    return state == State::kRefused || state == State::kFinal || state == State::kExpired;
}

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
    case State::kLanded:
        return "landed";
    case State::kFinal:
        return "final";
    case State::kExpired:
        break;
    }
    return "expired";
}

const Carrier::Carried* Carrier::find(const Json& signature) const
{
    const auto bytes = signature.is_string()
                           ? from_base58(signature.get<std::string>(), sizeof(Signature))
                           : std::nullopt;
    if (!bytes || bytes->size() != sizeof(Signature))
        return nullptr;
    Signature name;
    std::ranges::copy(*bytes, name.begin());
    const auto found = carried_.find(mark_of(key_of(name)));
    return found == carried_.end() ? nullptr : &found->second;
}

std::optional<std::string> Carrier::statuses(const Json& params) const
{
    if (!params.is_array() || params.empty() || !params[0].is_array() || params[0].empty())
        return {};
    Json values = Json::array();
    for (const Json& signature : params[0]) {
        const Carried* carried = find(signature);
        if (!carried || (!carried->landed && slot_ == 0) || is_silent(*carried))
            return {};
        values.push_back(carried->landed ? to_json(*carried->landed) : Json());
    }
    const Json result{{"context", {{"slot", slot_}}}, {"value", values}};
    return Json{{"result", result}}.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string Carrier::status_of(const Json& params) const
{
    if (!params.is_array() || params.size() != 1 || !params[0].is_string())
        return json_rpc::error_result(json_rpc::kInvalidParams,
                                      "depinsat_transactionStatus takes a signature");
    const Carried* carried = find(params[0]);
    if (!carried)
        return R"({"result":null})";
    Json result{{"state", to_string(carried->state)},
                {"gateway", carried->ordinary || carried->gateway == link::PublicKey{}
                                ? Json()
                                : Json(config::to_base64(carried->gateway))},
                {"status", carried->landed ? to_json(*carried->landed) : Json()}};
    if (!carried->refusal.empty())
        result["error"] = Json::parse(carried->refusal)["error"];
    return Json{{"result", result}}.dump(-1, ' ', false, Json::error_handler_t::replace);
}

nlohmann::json Carrier::status() const
{
    nlohmann::json all = nlohmann::json::object();
    for (const auto& [mark, carried] : carried_) {
        auto& count = all[to_string(carried.state)];
        count = count.is_null() ? 1 : count.get<int>() + 1;
    }
    return all;
}

} // namespace depinsat::bridge::solana
