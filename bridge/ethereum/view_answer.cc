// What a user station answers from the news of its gateway.
#include "bridge/ethereum/plain_transfer.h"
#include "bridge/ethereum/view.h"

#include <algorithm>

namespace depinsat::bridge::ethereum {
namespace {

/// Whether its result holds for good. One that says more than the method is the node's to
/// judge, and could be made in any number of ways.
bool is_constant(const Json& call)
{
    const Json method = call.is_object() ? call.value("method", Json()) : Json();
    return (method == "eth_chainId" || method == "net_version") &&
           call.value("params", Json()).empty();
}

std::string result_text(const Json& value)
{
    Json result;
    result["result"] = value;
    return result.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Json method_of(const Json& call)
{
    return call.is_object() ? call.value("method", Json()) : Json();
}

} // namespace

void View::take_answer(const std::string& text,
                       const std::string& result,
                       uint64_t asked,
                       link::Time now)
{
    const Json call = Json::parse(text, nullptr, false);
    if (!result.starts_with("{\"result\""))
        return;
    if (is_constant(call)) {
        constants_[text] = result;
    } else if (result.size() <= kMaxPollBytes && is_poll(call)) {
        add({text, result, {}}).current = asked == stats_.heads && is_fresh(now);
    } else {
        expect_companions(call, result);
    }
}

/// What tells whether the next such estimate is the same comes with the news from now on.
void View::expect_companions(const Json& call, const std::string& result)
{
    const auto transfer = result == kTransferGasResult ? plain_transfer_of(call) : std::nullopt;
    if (!transfer)
        return;
    for (const auto& companion : transfer->companions())
        if (!current(companion))
            add({companion, kNoResult, {}});
    if (const auto code = polls_.find(transfer->code); code != polls_.end())
        code->second.receives = true;
}

const View::Known* View::current(const std::string& call) const
{
    const auto found = polls_.find(call);
    return found != polls_.end() && found->second.current ? &found->second : nullptr;
}

bool View::is_known_chain(const Json& id) const
{
    return std::ranges::any_of(constants_, [&](const auto& entry) {
        return entry.first.starts_with(R"({"method":"eth_chainId")") &&
               entry.second == result_text(id);
    });
}

std::optional<std::string> View::transfer_gas(const Json& call) const
{
    const auto transfer = plain_transfer_of(call);
    if (!transfer)
        return {};
    const Known *code = current(transfer->code), *balance = current(transfer->balance),
                *nonce = current(transfer->nonce);
    const Json chain = transfer->request.value("chainId", Json());
    if (!code || !code->receives || !balance || !nonce ||
        !can_transfer(*transfer, code->poll.result, balance->poll.result, nonce->poll.result,
                      head_) ||
        (!chain.is_null() && !is_known_chain(chain)))
        return {};
    return kTransferGasResult;
}

std::optional<std::string> View::answer(const std::string& text, link::Time now)
{
    std::optional<std::string> result;
    if (const auto found = constants_.find(text); found != constants_.end()) {
        result = found->second;
    } else if (is_fresh(now)) {
        const auto poll = polls_.find(text);
        if (poll != polls_.end()) {
            if (poll->second.current)
                result = poll->second.poll.result;
        } else {
            const Json call = Json::parse(text, nullptr, false);
            const Json method = method_of(call);
            const Json params = call.value("params", Json::array());
            if (method == "eth_blockNumber" && params.empty())
                result = result_text(head_.at("number"));
            else if (method == "eth_getBlockByNumber" || method == "eth_getBlockByHash")
                result = block_answer(params, method == "eth_getBlockByHash");
            else if (method == "eth_estimateGas")
                result = transfer_gas(call);
        }
    }
    ++(result ? stats_.local_answers : stats_.remote_answers);
    return result;
}

std::optional<std::string> View::block_answer(const Json& params, bool by_hash) const
{
    if (!params.is_array() || params.size() != 2 || params[1] != false ||
        !params[0].is_string())
        return {};
    if (!by_hash && params[0] == "latest")
        return result_text(head_);
    const auto found = std::ranges::find_if(blocks_, [&](const Json& block) {
        return block.at(by_hash ? "hash" : "number") == params[0];
    });
    if (found == blocks_.end())
        return {};
    return result_text(*found);
}

} // namespace depinsat::bridge::ethereum
