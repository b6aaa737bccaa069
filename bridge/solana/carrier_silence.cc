// Transactions of which nobody says a word: a node is asked.
#include "bridge/solana/carrier.h"
#include "bridge/solana/request.h"

#include <utility>

namespace depinsat::bridge::solana {
namespace {

using namespace std::chrono_literals;
constexpr auto kLookTime = 2s;
constexpr size_t kMostAsked = 256; ///< at once; what a node takes

/// After this nothing comes of a transaction whose blockhash does not expire: the link's and
/// the gateway's time for it are over.
constexpr auto kEndOfNonce = 3600s + 600s;

/// What is told of one signature, if anything is.
std::optional<Status> status_of_value(const Json& value)
{
    return status_in(Json{{"result", {{"value", Json::array({value})}}}}.dump());
}

/// The "value" of a result; nothing if it is none.
std::optional<Json> value_in(const std::string& result)
{
    const Json json = Json::parse(result, nullptr, false);
    const Json::json_pointer value("/result/value");
    if (!json.is_object() || !json.contains(value))
        return {};
    return json[value];
}

} // namespace

bool Carrier::is_silent(const Carried& carried)
{
    return !carried.ordinary && !has_ended(carried.state) &&
           (!carried.heard || now() - *carried.heard > kSilence);
}

void Carrier::ask_now_and_then()
{
    for (const auto& bridge : station_.solana)
        ask_for_silent(bridge);
    silence_timer_.expires_after(kLookTime);
    silence_timer_.async_wait([this](error_code error) {
        if (!error)
            ask_now_and_then();
    });
}

void Carrier::ask_for_silent(const config::SolanaBridge& bridge)
{
    if (!ordinary_.serves(kService) && !link_.first_up(bridge.calls.gateways))
        return;
    std::vector<Mark> silent;
    for (auto& [mark, carried] : carried_)
        if (silent.size() < kMostAsked && carried.bridge == &bridge && is_silent(carried) &&
            !std::exchange(carried.is_asked, true))
            silent.push_back(mark);
    if (!silent.empty())
        ask_for(bridge, silent, false);
}

/// @param last_look  their blockhashes were found expired before.
void Carrier::ask_for(const config::SolanaBridge& bridge,
                      const std::vector<Mark>& marks,
                      bool last_look)
{
    Json signatures = Json::array();
    for (const Mark& mark : marks)
        signatures.push_back(to_base58(carried_.at(mark).signature));
    // Nodes soon forget statuses, and look them up in their ledger when they are told to.
    const Json params = Json::array({signatures, {{"searchTransactionHistory", true}}});
    ask_(bridge, "getSignatureStatuses", params,
         [this, marks, last_look](const std::string& result) {
             const auto values = value_in(result);
             const bool good = values && values->is_array() && values->size() == marks.size();
             for (size_t i = 0; i < marks.size(); ++i) {
                 const auto found = carried_.find(marks[i]);
                 if (found != carried_.end() && !good)
                     found->second.is_asked = false;
                 else if (found != carried_.end())
                     take_answer(marks[i], status_of_value((*values)[i]), last_look);
             }
         });
}

void Carrier::take_answer(const Mark& mark, const std::optional<Status>& status, bool last_look)
{
    Carried& carried = carried_.at(mark);
    carried.is_asked = false;
    if (has_ended(carried.state))
        return;
    if (status)
        return take_status(carried, *status);
    if (carried.durable_nonce ? now() - carried.sent > kEndOfNonce : last_look)
        return expire(carried);
    if (carried.landed) { // in a block that the chain has left
        carried.landed.reset();
        carried.state = State::kAccepted;
        save(carried);
    }
    if (!carried.durable_nonce)
        return ask_whether_expired(mark, carried);
    carried.heard = now();
}

/// Only what is in no block after its blockhash has expired will not get into one.
void Carrier::ask_whether_expired(const Mark& mark, Carried& carried)
{
    carried.is_asked = true;
    const Json params =
        Json::array({to_base58(carried.blockhash), {{"commitment", "processed"}}});
    const auto& bridge = *carried.bridge;
    ask_(bridge, "isBlockhashValid", params, [this, mark, &bridge](const std::string& result) {
        const auto found = carried_.find(mark);
        if (found == carried_.end())
            return;
        const auto value = value_in(result);
        if (value && *value == false)
            return ask_for(bridge, {mark}, true);
        found->second.is_asked = false;
        if (value && *value == true)
            found->second.heard = now();
    });
}

} // namespace depinsat::bridge::solana
