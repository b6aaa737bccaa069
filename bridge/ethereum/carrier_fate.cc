// What becomes of transactions that were sent: blocks, other gateways, restarts of either end.
#include "bridge/ethereum/carrier.h"
#include "bridge/ethereum/delivery.h"

#include <spdlog/spdlog.h>

#include <algorithm>

namespace depinsat::bridge::ethereum {
namespace {

using State = Carrier::State;

constexpr std::chrono::milliseconds kPatience{2000}; ///< with a gateway that went down

} // namespace

void Carrier::look(const Json& ordinary_head)
{
    for (auto& [hash, carried] : carried_)
        if (!Carrier::has_ended(carried.state))
            look_at(carried, ordinary_head);
}

void Carrier::look_at(Carried& carried, const Json& ordinary_head)
{
    const auto& bridge = bridge_of(carried);
    const bool ordinary = !ordinary_head.is_null();
    const auto standing =
        ordinary || !carried.block ? Standing::kUnknown : standing_of(carried);
    if (standing == Standing::kGone)
        take_back(carried);
    if (!carried.block)
        look_for_block(carried);
    const bool is_late = now() - carried.sent > bridge.inclusion_time;
    if (carried.block) {
        if (const auto other = untried(carried); other && !carried.verified && is_late)
            hand_to(carried, *other);
        const Json* head = ordinary ? &ordinary_head : gateways_.head(bridge);
        const bool stands = ordinary ? !carried.in_doubt : standing == Standing::kStands;
        if (stands && head &&
            *quantity_at(*head, "number") >= *carried.block + bridge.final_blocks)
            set_state(carried, State::kFinal);
        return;
    }
    const bool is_stuck = carried.state == State::kQueued &&
                          !link_.peer_is_up(carried.gateway) &&
                          now() - carried.sent > kPatience;
    if (is_late || is_stuck)
        try_another(carried);
}

void Carrier::look_for_block(Carried& carried)
{
    const auto& bridge = bridge_of(carried);
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
}

/// Whether the block of a transaction is in the chain yet. What a gateway's heads show comes
/// before what it says of the receipt, which may be from before them.
Carrier::Standing Carrier::standing_of(const Carried& carried) const
{
    const auto& bridge = bridge_of(carried);
    const std::string call = receipt_poll(carried.transaction.hash, {}, {}).call;
    Gateways::Tellers inside;
    bool is_denied = false;
    for (const auto& gateway : bridge.gateways) {
        const auto found = gateways_.views().find(gateway);
        if (found == gateways_.views().end())
            continue;
        const View& view = found->second;
        const auto place = view.place_of(*carried.block, carried.block_hash);
        const auto word = view.last_word(call);
        const bool same = word && hash_at(*word, "blockHash") == carried.block_hash;
        const bool unknown = place == HeadChain::Place::kUnknown;
        if (place == HeadChain::Place::kInside || (unknown && same))
            inside.push_back(gateway);
        else if (view.is_fresh(now()) && (!unknown || word))
            is_denied = true;
    }
    if (is_denied && !gateways_.counts(bridge, inside))
        return Standing::kGone;
    return inside.empty() ? Standing::kUnknown : Standing::kStands;
}

void Carrier::take_receipt(Carried& carried, const Json& receipt, bool verified)
{
    const auto number = quantity_at(receipt, "blockNumber");
    const auto block = hash_at(receipt, "blockHash");
    if (!number || !block)
        return;
    carried.block = number;
    carried.block_hash = *block;
    carried.verified = verified;
    carried.in_doubt = carried.again = false;
    set_state(carried, State::kIncluded);
    carried.waiting.finish(hash_result(carried.transaction.hash));
}

void Carrier::take_back(Carried& carried)
{
    spdlog::warn("ethereum: the block of {} was reorganised away",
                 to_hex(carried.transaction.hash));
    ++reorganised_;
    carried.block.reset();
    carried.verified = carried.in_doubt = false;
    carried.again = true;
    carried.sent = now();
    set_state(carried, State::kAccepted);
}

std::vector<Bytes> Carrier::followed_at(const link::PublicKey& gateway)
{
    std::vector<Bytes> raws;
    for (const auto& [hash, carried] : carried_)
        if (!Carrier::has_ended(carried.state) &&
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

bool Carrier::has_unfinished() const
{
    return std::ranges::any_of(
        carried_, [](const auto& entry) { return !Carrier::has_ended(entry.second.state); });
}

std::vector<Hash> Carrier::open(size_t most)
{
    std::vector<Hash> open;
    auto next = carried_.upper_bound(last_open_);
    for (size_t i = 0; i < carried_.size() && open.size() < most; ++i) {
        if (next == carried_.end())
            next = carried_.begin();
        if (!Carrier::has_ended(next->second.state) &&
            (!next->second.block || next->second.in_doubt || !next->second.verified))
            open.push_back(next->first);
        last_open_ = next->first;
        ++next;
    }
    return open;
}

void Carrier::doubt()
{
    for (auto& [hash, carried] : carried_)
        carried.in_doubt = carried.block.has_value();
}

void Carrier::take_ordinary(const Hash& hash, const Json& receipt)
{
    const auto found = carried_.find(hash);
    if (found == carried_.end() || Carrier::has_ended(found->second.state))
        return;
    Carried& carried = found->second;
    if (hash_at(receipt, "transactionHash") == hash)
        return take_receipt(carried, receipt, true);
    if (!receipt.is_null() || !carried.block || !carried.in_doubt)
        return;
    take_back(carried);
    const std::string call = receipt_poll(hash, {}, {}).call;
    for (const auto& gateway : carried.tried)
        gateways_.view(gateway).disbelieve(call);
}

std::vector<Carrier::Again> Carrier::to_be_repeated(size_t most)
{
    std::vector<Again> all;
    for (auto& [hash, carried] : carried_) {
        if (all.size() >= most)
            break;
        if (!carried.again || std::exchange(carried.is_handed, true))
            continue;
        const Json call{{"method", "eth_sendRawTransaction"},
                        {"params", Json::array({to_hex(carried.raw)})}};
        all.push_back({hash, &bridge_of(carried), call.dump()});
    }
    return all;
}

void Carrier::end_again(const Hash& hash, const std::optional<std::string>& result)
{
    const auto found = carried_.find(hash);
    if (found == carried_.end())
        return;
    Carried& carried = found->second;
    carried.is_handed = false;
    if (!result || !carried.again)
        return;
    carried.again = false;
    if (carried.state != State::kQueued && carried.state != State::kAtGateway)
        return save(carried);
    const bool taken = verdict_of(*result) == NodeVerdict::kTaken;
    carried.refusal = taken ? std::string() : *result;
    set_state(carried, taken ? State::kAccepted : State::kRefused);
    carried.waiting.finish(taken ? hash_result(hash) : *result);
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
