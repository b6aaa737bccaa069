#include "bridge/bitcoin/ingress.h"

#include "bridge/counters.h"
#include "bridge/messages.h"

#include <sodium.h>
#include <spdlog/spdlog.h>

namespace depinsat::bridge::bitcoin {
namespace {

using namespace std::chrono_literals;

constexpr auto kSubscriptionLifetime = 30s;
constexpr auto kRequestLifetime = 60s;
/// A transaction that is accepted crosses a gap of the link of this length.
constexpr auto kTransactionLifetime = 3600s;
constexpr double kBurstSeconds = 8;

uint32_t random_number()
{
    uint32_t number;
    randombytes_buf(&number, sizeof(number));
    return number;
}

} // namespace

Ingress::Ingress(asio::io_context& io,
                 LinkDriver& link,
                 const config::BitcoinBridge& config,
                 std::optional<link::GroupId> group)
    : link_(link),
      config_(config),
      state_(*find_network(config.network)),
      nodes_(io, config, state_, *this),
      turn_(io),
      allowance_(kBurstSeconds)
{
    receive();
    if (group)
        link_.receive_group_kind(
            kBitcoinBroadcast, [this, group](auto id, const auto& sender, const auto& message) {
                if (id == group)
                    on_broadcast(sender, message.bytes);
            });
}

void Ingress::start()
{
    nodes_.start();
}

void Ingress::receive()
{
    using Handler = void (Ingress::*)(std::span<const uint8_t>);
    const std::pair<MessageKind, Handler> handlers[] = {
        {kBitcoinHeaders, &Ingress::on_headers},
        {kBitcoinTransactions, &Ingress::on_transactions},
        {kBitcoinBlock, &Ingress::on_block},
        {kBitcoinCompact, &Ingress::on_compact},
        {kBitcoinBlockTransactions, &Ingress::on_block_transactions},
        {kBitcoinNotFound, &Ingress::on_not_found},
        {kBitcoinHello, &Ingress::on_hello}};
    for (const auto& [kind, handler] : handlers)
        link_.receive_kind(kind, [this, handler = handler](const auto& peer, auto bytes) {
            if (gateway_ == peer)
                (this->*handler)(bytes);
        });
    link_.watch_peers([this](const link::PublicKey&, bool) { choose_gateway(); });
}

/// The first gateway of the list that is up; none: the one before, for when it comes back.
void Ingress::choose_gateway()
{
    const auto* up = link_.first_up(config_.gateways);
    if (!up)
        return subscribed_.reset();
    if (gateway_ != *up) {
        gateway_ = *up;
        book_ = std::make_unique<LinkBook>(link_, *up);
        instance_.reset();
        begin_memory();
    }
    subscribed_.reset();
    subscribe();
    send_next();
}

void Ingress::begin_memory()
{
    book_->begin(random_number());
    subscribed_.reset();
}

void Ingress::on_hello(std::span<const uint8_t> bytes)
{
    Reader in(bytes);
    const uint32_t instance = in.u32();
    if (!in.at_end() || instance_ == instance)
        return;
    if (instance_)
        begin_memory(); // the gateway's program began anew, with no memory
    instance_ = instance;
    subscribe();
}

void Ingress::on_nodes()
{
    subscribe();
}

void Ingress::subscribe()
{
    if (!gateway_is_up())
        return;
    const bool any = nodes_.ready() > 0;
    Subscription wants{state_.network.id,
                       book_->epoch(),
                       any,
                       any && config_.relay_transactions,
                       std::max(config_.min_fee_rate, nodes_.fee_filter()),
                       config_.relay_bits_per_second,
                       {}};
    if (subscribed_ == wants || (!any && !subscribed_))
        return;
    subscribed_ = wants;
    send_subscription(std::move(wants));
}

void Ingress::send_subscription(Subscription wants)
{
    if (wants.blocks)
        wants.locator = state_.chain.locator();
    if (wants.locator.size() > kMaxStationLocator)
        wants.locator.resize(kMaxStationLocator);
    link_.send(*gateway_, {link::Class::kControl, kBitcoinSubscription, encode(wants)},
               kSubscriptionLifetime, [this](link::Outcome outcome) {
                   if (outcome == link::Outcome::kDone || !gateway_is_up())
                       return;
                   subscribed_.reset();
                   subscribe();
               });
}

void Ingress::on_transaction(const TransactionPtr& transaction)
{
    if (only_listens())
        return;
    if (queue_.size() >= kMaxQueued) {
        queue_.pop_front();
        ++counters_.crowded_out;
    }
    queue_.push_back(transaction);
    if (!turn_.runs())
        send_next();
}

void Ingress::send_next()
{
    allowance_.refill(config_.relay_bits_per_second, now());
    turn_.stop();
    if (!gateway_is_up())
        return; // choose_gateway() goes on
    const auto missing = [this](const Transaction& one) {
        return !book_->memory().contains(one.wtxid);
    };
    while (!queue_.empty() && allowance_.any()) {
        const auto transaction = std::move(queue_.front());
        queue_.pop_front();
        if (!missing(*transaction) || state_.pool.is_confirmed(transaction->txid))
            continue; // the gateway was faster
        const auto family = state_.pool.with_parents(transaction, missing);
        const size_t bytes = book_->send(
            family, {link::Class::kTransaction, kTransactionLifetime, /*keyed*/ true},
            [this, transaction](bool arrived) {
                if (!arrived)
                    on_transaction(transaction);
            });
        if (bytes == 0) { // the link is full
            queue_.push_front(transaction);
            break;
        }
        counters_.transactions += family.size();
        allowance_.take(bytes);
    }
    if (!queue_.empty())
        turn_.start([this] { send_next(); });
}

void Ingress::on_block_wanted(const Hash256& hash)
{
    if (!gateway_is_up())
        return nodes_.not_found(hash);
    request(hash, BlockForm::kCoded);
}

void Ingress::request(const Hash256& hash, BlockForm form)
{
    link_.send(*gateway_,
               {link::Class::kBlock, kBitcoinBlockRequest, encode(BlockRequest{hash, form})},
               kRequestLifetime, [this, hash](link::Outcome outcome) {
                   if (outcome != link::Outcome::kDone)
                       nodes_.not_found(hash);
               });
}

} // namespace depinsat::bridge::bitcoin
