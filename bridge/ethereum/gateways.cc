#include "bridge/ethereum/gateways.h"

#include <algorithm>
#include <set>

namespace depinsat::bridge::ethereum {
namespace {

std::string result_text(const Json& value)
{
    return Json{{"result", value}}.dump(-1, ' ', false, Json::error_handler_t::replace);
}

} // namespace

const link::PublicKey& Gateways::preferred(const config::EthereumBridge& bridge) const
{
    return link_.preferred(bridge.gateways);
}

Gateways::Tellers Gateways::up(const config::EthereumBridge& bridge) const
{
    Tellers all;
    std::ranges::copy_if(bridge.gateways, std::back_inserter(all),
                         [this](const auto& key) { return link_.peer_is_up(key); });
    return all;
}

const config::Gateway* Gateways::named(const link::PublicKey& key) const
{
    const auto found = std::ranges::find(station_.gateways, key, &config::Gateway::key);
    return found == station_.gateways.end() ? nullptr : &*found;
}

/// Whether they are of so many operators, or one is trusted.
bool Gateways::holds(const Tellers& tellers, size_t operators) const
{
    std::set<std::string> names;
    for (const auto& key : tellers) {
        const auto* gateway = named(key);
        if (gateway && gateway->trust == config::Gateway::Trust::kFull)
            return true;
        const bool has_name = gateway && !gateway->operator_name.empty();
        names.insert(has_name ? gateway->operator_name : config::to_base64(key));
    }
    return names.size() >= operators;
}

bool Gateways::counts(const config::EthereumBridge& bridge, const Tellers& tellers) const
{
    return holds(tellers, bridge.agreement);
}

bool Gateways::is_verified(const config::EthereumBridge& bridge, const Tellers& tellers) const
{
    return holds(tellers, std::max<size_t>(bridge.agreement, 2));
}

Gateways::Tellers Gateways::tellers_of(const config::EthereumBridge& bridge,
                                       const Json& block_hash) const
{
    Tellers tellers;
    for (const auto& key : bridge.gateways)
        if (const auto view = views_.find(key);
            view != views_.end() && view->second.has_block(block_hash))
            tellers.push_back(key);
    return tellers;
}

/// What a hash does not commit to may be anything where several are compared, whoever says the
/// hash.
const Json* Gateways::head(const config::EthereumBridge& bridge) const
{
    const Json* best = nullptr;
    for (const auto& key : bridge.gateways) {
        const auto view = views_.find(key);
        if (view == views_.end() || !link_.peer_is_up(key) || !view->second.is_fresh(now()))
            continue;
        const auto& blocks = view->second.blocks();
        if (bridge.agreement == 1)
            return &blocks.back(); // the preferred one's
        const auto counts_most = [&](const Json& block) {
            return (!best || *quantity_at(block, "number") > *quantity_at(*best, "number")) &&
                   counts(bridge, tellers_of(bridge, block.at("hash"))) &&
                   checked_block_hash(block);
        };
        const auto found = std::find_if(blocks.rbegin(), blocks.rend(), counts_most);
        if (found != blocks.rend())
            best = &*found;
    }
    return best;
}

std::optional<std::string> Gateways::answer(const config::EthereumBridge& bridge,
                                            const std::string& method,
                                            const std::string& call)
{
    if (bridge.agreement > 1)
        return agreed_answer(bridge, method, call);
    const auto& gateway = preferred(bridge);
    return link_.peer_is_up(gateway) ? views_[gateway].answer(call, now()) : std::nullopt;
}

std::optional<std::string> Gateways::agreed_answer(const config::EthereumBridge& bridge,
                                                   const std::string& method,
                                                   const std::string& call)
{
    if (method == "eth_getTransactionReceipt")
        return receipt_answer(bridge, call);
    const Json params = Json::parse(call, nullptr, false).value("params", Json::array());
    const bool is_latest = method == "eth_getBlockByNumber" && params == Json{"latest", false};
    if (method == "eth_blockNumber" || is_latest) {
        const Json* latest = head(bridge);
        if (!latest)
            return {};
        if (!is_latest)
            return result_text(latest->at("number"));
        Tellers tellers; // of all that is in it
        for (const auto& key : up(bridge))
            if (std::ranges::count(views_[key].blocks(), *latest) > 0)
                tellers.push_back(key);
        return counts(bridge, tellers) ? std::optional(result_text(*latest)) : std::nullopt;
    }
    std::map<std::string, Tellers> said;
    for (const auto& key : up(bridge))
        if (const auto result = views_[key].answer(call, now()))
            said[*result].push_back(key);
    for (const auto& [result, tellers] : said)
        if (counts(bridge, tellers))
            return result;
    return {};
}

/// One that is proven in a block that counts needs no second gateway. That there is none yet is
/// taken from whoever carries the transaction.
std::optional<std::string> Gateways::receipt_answer(const config::EthereumBridge& bridge,
                                                    const std::string& call)
{
    std::optional<std::string> none_yet;
    for (const auto& key : up(bridge)) {
        View& view = views_[key];
        const auto result = view.answer(call, now());
        if (result == kNoResult)
            none_yet = result;
        if (!result || !view.is_verified(call))
            continue;
        const Json receipt = Json::parse(*result).at("result");
        if (counts(bridge, tellers_of(bridge, receipt.at("blockHash"))))
            return result;
    }
    return none_yet;
}

} // namespace depinsat::bridge::ethereum
