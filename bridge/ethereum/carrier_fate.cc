// What becomes of transactions that were sent: blocks, other gateways, restarts of either end.
#include "bridge/ethereum/carrier.h"

#include <spdlog/spdlog.h>

#include <algorithm>

namespace depinsat::bridge::ethereum {
namespace {

using State = Carrier::State;

constexpr std::chrono::milliseconds kPatience{2000}; ///< with a gateway that went down

} // namespace

void Carrier::look()
{
    for (auto& [hash, carried] : carried_)
        if (!Carrier::has_ended(carried.state))
            look_at(carried);
}

void Carrier::look_at(Carried& carried)
{
    const auto& bridge = bridge_of(carried);
    const Json* head = gateways_.head(bridge);
    const bool is_late = now() - carried.sent > bridge.inclusion_time;
    if (carried.block) {
        if (const auto other = untried(carried); other && !carried.verified && is_late)
            hand_to(carried, *other);
        if (head && *quantity_at(*head, "number") >= *carried.block + bridge.final_blocks)
            set_state(carried, State::kFinal);
        return;
    }
    const std::string call = receipt_poll(carried.transaction.hash, {}, {}).call;
    for (const auto& gateway : carried.tried) {
        const View& view = gateways_.view(gateway);
        const Json receipt = view.told_receipt(call);
        const auto block = hash_at(receipt, "blockHash");
        const auto tellers =
            block ? gateways_.tellers_of(bridge, receipt["blockHash"]) : Gateways::Tellers();
        const bool proven = view.is_verified(call);
        if (block && (bridge.agreement == 1 || (proven && gateways_.counts(bridge, tellers))))
            return take_receipt(carried, receipt,
                                proven && gateways_.is_verified(bridge, tellers));
    }
    const bool is_stuck = carried.state == State::kQueued &&
                          !link_.peer_is_up(carried.gateway) &&
                          now() - carried.sent > kPatience;
    if (is_late || is_stuck)
        try_another(carried);
}

void Carrier::take_receipt(Carried& carried, const Json& receipt, bool verified)
{
    carried.block = quantity_at(receipt, "blockNumber");
    if (!carried.block)
        return;
    carried.verified = verified;
    set_state(carried, State::kIncluded);
    finish(carried, hash_result(carried.transaction.hash));
}

std::vector<Bytes> Carrier::followed_at(const link::PublicKey& gateway)
{
    std::vector<Bytes> raws;
    for (const auto& [hash, carried] : carried_)
        if (!Carrier::has_ended(carried.state) && !carried.block &&
            std::ranges::count(carried.tried, gateway) > 0) {
            raws.push_back(carried.raw);
            gateways_.view(gateway).expect(
                receipt_poll(hash, carried.raw, carried.transaction.sender));
        }
    return raws;
}

void Carrier::follow(const link::PublicKey& gateway, std::span<const Bytes> raws)
{
    for (const auto& raw : raws)
        if (const auto found = carried_.find(keccak256(raw)); found != carried_.end())
            gateways_.view(gateway).follow(
                receipt_poll(found->first, raw, found->second.transaction.sender));
}

std::vector<Hash> Carrier::open(size_t most)
{
    std::vector<Hash> open;
    auto next = carried_.upper_bound(last_open_);
    for (size_t i = 0; i < carried_.size() && open.size() < most; ++i) {
        if (next == carried_.end())
            next = carried_.begin();
        if (!Carrier::has_ended(next->second.state) && !next->second.block)
            open.push_back(next->first);
        last_open_ = next->first;
        ++next;
    }
    return open;
}

void Carrier::take_ordinary(const Hash& hash, const Json& receipt)
{
    const auto found = carried_.find(hash);
    if (found != carried_.end() && !Carrier::has_ended(found->second.state) &&
        !found->second.block && hash_at(receipt, "transactionHash") == hash)
        take_receipt(found->second, receipt, true);
}

/// The next gateway that is up.
std::optional<link::PublicKey> Carrier::untried(const Carried& carried) const
{
    for (const auto& gateway : bridge_of(carried).gateways)
        if (link_.peer_is_up(gateway) && !std::ranges::count(carried.tried, gateway))
            return gateway;
    return {};
}

/// @return false if there is no other gateway.
bool Carrier::try_another(Carried& carried)
{
    const auto gateway = untried(carried);
    if (!gateway)
        return false;
    spdlog::warn("ethereum: another gateway gets {}", to_hex(carried.transaction.hash));
    return queue(carried, *gateway);
}

} // namespace depinsat::bridge::ethereum
