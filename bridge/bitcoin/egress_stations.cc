#include "bridge/bitcoin/egress.h"

#include "bridge/messages.h"

#include <spdlog/spdlog.h>

#include <bit>
#include <utility>

/// What stations ask a gateway for.
namespace depinsat::bridge::bitcoin {
namespace {

constexpr size_t kAnnouncedAgain = 2000;
constexpr uint64_t kMaxMoney = 2'100'000'000'000'000; ///< satoshis

} // namespace

Subscriber* Egress::subscriber(const link::PublicKey& peer)
{
    const auto found = subscribers_.find(peer);
    return found == subscribers_.end() ? nullptr : &found->second;
}

void Egress::on_subscription(const link::PublicKey& peer, std::span<const uint8_t> bytes)
{
    const auto wants = decode_subscription(bytes);
    if (!wants || wants->network != state_.network.id) {
        if (std::has_single_bit(++counters_.refused))
            spdlog::warn("bitcoin: a station wants another network than {}",
                         state_.network.name);
        return;
    }
    subscribers_.try_emplace(peer, io_, link_, state_, peer).first->second.subscribe(*wants);
    filter_fees();
}

/// The least that any station wants; if none wants transactions, more than there is money.
uint64_t Egress::fee_filter() const
{
    uint64_t least = kMaxMoney;
    for (const auto& [peer, subscriber] : subscribers_)
        if (subscriber.wants_transactions())
            least = std::min(least, subscriber.fee_filter());
    return least;
}

void Egress::filter_fees()
{
    if (told_fee_filter_ == fee_filter())
        return;
    told_fee_filter_ = fee_filter();
    for (const auto& node : nodes_)
        if (auto* connection = node->connection())
            connection->send("feefilter", encode_number(told_fee_filter_));
}

void Egress::on_transactions(const link::PublicKey& peer,
                             const link::MessageKey& key,
                             std::span<const uint8_t> bytes)
{
    const auto carried = decode_carried(bytes);
    const auto relayable = [](const TransactionPtr& one) {
        return !one->coinbase && one->weight <= kMaxRelayWeight;
    };
    if (!carried || carried->transactions.empty() ||
        !std::ranges::all_of(carried->transactions, relayable)) {
        ++counters_.refused;
        return link_.taken(peer, key);
    }
    if (auto* sender = subscriber(peer))
        sender->book().received(*carried);
    for (const auto& transaction : carried->transactions) {
        ++counters_.transactions;
        state_.pool.add(transaction);
        of_stations_.push_back({transaction, peer, key});
        for (const auto& node : nodes_)
            if (auto* connection = node->connection())
                announce(of_stations_.back(), *connection);
        if (of_stations_.size() > kAnnouncedAgain) {
            link_.taken(of_stations_.front().peer, of_stations_.front().key);
            of_stations_.pop_front();
        }
    }
}

/// With the first node that hears of it the message has done its work.
void Egress::announce(OfStation& one, Connection& node)
{
    bitcoin::announce(node, InventoryType::kTransaction, one.transaction->txid);
    if (!std::exchange(one.announced, true))
        link_.taken(one.peer, one.key);
}

void Egress::on_request(const link::PublicKey& peer, std::span<const uint8_t> bytes)
{
    const auto request = decode_block_request(bytes);
    auto* asker = subscriber(peer);
    if (!request || !asker) {
        ++counters_.refused;
        return;
    }
    if (const auto block = state_.blocks.find(request->hash))
        return asker->serve(*block, request->form);
    const link::Time time = now();
    while (!waiting_.empty() && waiting_.front().until < time)
        waiting_.pop_front();
    if (!state_.serves(request->hash) || nodes_ready() == 0 || waiting_.size() >= kMaxRequests)
        return asker->not_found(request->hash);
    waiting_.push_back({peer, request->hash, request->form, time + kRequestTime});
    ask_block(request->hash);
}

void Egress::on_wanted(const link::PublicKey& peer, std::span<const uint8_t> bytes)
{
    const auto wanted = decode_wanted(bytes);
    auto* asker = subscriber(peer);
    const auto block = wanted && asker ? state_.blocks.find(wanted->block) : nullptr;
    const auto some = block ? pick(*block, *wanted) : std::nullopt;
    if (!some) {
        ++counters_.refused;
        if (wanted && asker)
            asker->not_found(wanted->block);
        return;
    }
    asker->book().send_parts(kBitcoinBlockTransactions, encode(*some), kRequestTime);
}

} // namespace depinsat::bridge::bitcoin
