#include "bridge/beacon/gateways.h"

#include <algorithm>
#include <set>

namespace depinsat::bridge::beacon {
namespace {

constexpr size_t kKeptSlots = 8;

template <class Value>
void keep(std::map<uint64_t, Value>& latest, uint64_t slot, const Value& value)
{
    latest[slot] = value;
    while (latest.size() > kKeptSlots)
        latest.erase(latest.begin());
}

/// How many operators have a gateway that says so.
template <class Says>
size_t operators(const std::vector<FarGateway>& all, Says says)
{
    std::set<std::string> names;
    size_t alone = 0;
    for (const FarGateway& gateway : all) {
        if (!says(gateway))
            continue;
        if (gateway.operator_name.empty())
            ++alone;
        else
            names.insert(gateway.operator_name);
    }
    return alone + names.size();
}

} // namespace

Gateways::Gateways(Surroundings& world, std::span<const GatewayName> names, size_t agreement)
    : world_(world), agreement_(agreement)
{
    for (const auto& name : names) {
        all_.emplace_back().key = name.key;
        all_.back().operator_name = name.operator_name;
    }
}

FarGateway* Gateways::find(const link::PublicKey& key)
{
    const auto found = std::ranges::find(all_, key, &FarGateway::key);
    return found == all_.end() ? nullptr : &*found;
}

FarGateway* Gateways::pick(std::span<const link::PublicKey> without)
{
    FarGateway* any = nullptr;
    for (FarGateway& gateway : all_) {
        if (std::ranges::count(without, gateway.key) || !world_.is_up(gateway.key))
            continue;
        if (gateway.node && gateway.node->reachable)
            return &gateway;
        if (!any)
            any = &gateway;
    }
    return any;
}

size_t Gateways::up() const
{
    return size_t(std::ranges::count_if(
        all_, [this](const FarGateway& gateway) { return world_.is_up(gateway.key); }));
}

void Gateways::take(FarGateway& gateway, const WireState& state)
{
    gateway.node = state.node;
    if (!state.chain)
        return;
    gateway.chain = state.chain;
    // The forks of one chain are planned over time; its genesis and slots stay as they are.
    if (!chain_ || (chain_->genesis == state.chain->genesis &&
                    chain_->slot_time == state.chain->slot_time &&
                    chain_->slots_per_epoch == state.chain->slots_per_epoch &&
                    (all_.size() == 1 || gateway.key == all_.front().key)))
        chain_ = state.chain;
}

std::optional<Head> Gateways::take(FarGateway& gateway, const News& news)
{
    if (news.attestation)
        keep(gateway.templates, news.attestation->slot, *news.attestation);
    if (!news.head)
        return {};
    const Head& head = *news.head;
    keep(gateway.heads, head.slot, head);
    const bool known = head_ && head_->block == head.block;
    // A gateway that lags behind the others does not take the head back.
    const bool goes_on = !head_ || head.slot > head_->slot || head_from_ == &gateway;
    if (known || !goes_on || votes(head) < agreement_)
        return {};
    head_ = head;
    head_from_ = &gateway;
    return head;
}

void Gateways::forget_news()
{
    head_.reset();
    head_from_ = nullptr;
    for (FarGateway& gateway : all_) {
        gateway.heads.clear();
        gateway.templates.clear();
    }
}

/// Whether a node calls its execution optimistic is its own affair.
size_t Gateways::votes(const Head& head) const
{
    return operators(all_, [&](const FarGateway& gateway) {
        const auto found = gateway.heads.find(head.slot);
        return found != gateway.heads.end() && found->second.block == head.block &&
               found->second.state == head.state &&
               found->second.previous_dependent == head.previous_dependent &&
               found->second.current_dependent == head.current_dependent;
    });
}

std::optional<Agreed> Gateways::attestation(uint64_t slot) const
{
    std::optional<Agreed> best;
    for (const FarGateway& gateway : all_) {
        const auto found = gateway.templates.find(slot);
        if (found == gateway.templates.end())
            continue;
        const size_t votes = operators(all_, [&](const FarGateway& other) {
            const auto same = other.templates.find(slot);
            return same != other.templates.end() && same->second == found->second;
        });
        if (votes >= agreement_ && (!best || votes > best->votes))
            best = Agreed{found->second, votes};
    }
    return best;
}

} // namespace depinsat::bridge::beacon
