#include "bridge/bitcoin/egress.h"

#include "bridge/messages.h"

#include <sodium.h>

namespace depinsat::bridge::bitcoin {
namespace {

using namespace std::chrono_literals;

/// Blocks that are fetched without being asked for: no more behind the tip.
constexpr uint32_t kFetched = 6;
constexpr auto kGreetingLifetime = 30s;

} // namespace

Egress::Egress(asio::io_context& io,
               LinkDriver& link,
               const Network& network,
               const std::vector<config::Url>& nodes,
               std::optional<link::GroupId> group)
    : io_(io), link_(link), state_(network), told_fee_filter_(fee_filter())
{
    const Introduction introduction{network, kNodeWitness,
                                    [this] { return state_.chain.height(); }, true};
    for (const auto& node : nodes)
        nodes_.push_back(std::make_unique<Dialer>(io, node, introduction,
                                                  static_cast<ConnectionEvents&>(*this)));
    if (group)
        broadcaster_.emplace(link, *group);
    randombytes_buf(&instance_, sizeof(instance_));
    receive();
}

void Egress::start()
{
    for (const auto& node : nodes_)
        node->start();
}

size_t Egress::nodes_ready() const
{
    return size_t(std::ranges::count_if(
        nodes_, [](const auto& node) { return node->connection() != nullptr; }));
}

void Egress::receive()
{
    using Handler = void (Egress::*)(const link::PublicKey&, std::span<const uint8_t>);
    const std::pair<MessageKind, Handler> handlers[] = {
        {kBitcoinSubscription, &Egress::on_subscription},
        {kBitcoinBlockRequest, &Egress::on_request},
        {kBitcoinTransactionsWanted, &Egress::on_wanted}};
    for (const auto& [kind, handler] : handlers)
        link_.receive_kind(kind, [this, handler = handler](const auto& peer, auto bytes) {
            (this->*handler)(peer, bytes);
        });
    link_.receive_keyed_kind(kBitcoinTransactions,
                             [this](const auto& peer, const auto& key, auto bytes) {
                                 on_transactions(peer, key, bytes);
                             });
    link_.watch_peers([this](const link::PublicKey& peer, bool up) {
        if (up)
            greet(peer);
    });
}

/// A user station that finds another number here subscribes anew.
void Egress::greet(const link::PublicKey& peer)
{
    Bytes bytes;
    Writer(bytes).u32(instance_);
    link_.send(peer, {link::Class::kControl, kBitcoinHello, std::move(bytes)},
               kGreetingLifetime);
}

void Egress::on_ready(Connection& node)
{
    node.send("sendheaders");
    node.send("feefilter", encode_number(told_fee_filter_));
    state_.ask_headers(node);
    for (auto& one : of_stations_)
        announce(one, node);
}

bool Egress::on_message(Connection& node,
                        const std::string& command,
                        std::span<const uint8_t> payload)
{
    if (command == "headers")
        return take_headers(node, payload);
    if (command == "inv")
        return take_inventory(node, payload);
    if (command == "tx")
        return take_transaction(node, payload);
    if (command == "block")
        return take_block(payload);
    if (command == "notfound")
        return take_not_found(node, payload);
    if (command == "getdata") {
        const auto others = state_.serve_transactions(node, payload);
        if (others)
            not_found(node, *others);
        return others.has_value();
    }
    return true;
}

void Egress::on_closed(Connection&, const std::string&) {}

bool Egress::take_headers(Connection& node, std::span<const uint8_t> payload)
{
    const auto headers = state_.take_headers(node, payload);
    if (!headers)
        return false;
    if (headers->more)
        return true;
    for (const Hash256& hash : headers->hashes) {
        const auto height = state_.chain.height_of(hash);
        if (height && *height + kFetched > state_.chain.height())
            ask_block(hash);
    }
    return true;
}

bool Egress::take_inventory(Connection& node, std::span<const uint8_t> payload)
{
    const auto found = state_.take_inventory(node, payload);
    if (!found)
        return false;
    if (std::ranges::any_of(*found,
                            [&](const auto& hash) { return !state_.chain.contains(hash); }))
        state_.ask_headers(node);
    return true;
}

bool Egress::take_transaction(Connection& node, std::span<const uint8_t> payload)
{
    const auto transaction = parse_transaction(payload);
    if (!transaction || node.transactions_awaited == 0)
        return false;
    --node.transactions_awaited;
    if (state_.pool.add(transaction))
        for (auto& [peer, subscriber] : subscribers_)
            subscriber.relay(transaction);
    return true;
}

bool Egress::take_block(std::span<const uint8_t> payload)
{
    const auto block = parse_block(payload);
    if (!block || check_body(*block) != BlockFault::kNone)
        return false;
    const Hash256 hash = hash_of(block->header);
    if (!state_.chain.contains(hash))
        return true; // too old, or of a branch that was given up
    ++counters_.blocks;
    state_.blocks.add(block);
    state_.pool.confirm(*block);
    std::erase_if(waiting_, [&](const Waiting& one) {
        if (one.hash != hash)
            return false;
        if (auto* asker = subscriber(one.peer))
            asker->serve(*block, one.form);
        return true;
    });
    const auto height = state_.chain.height_of(hash);
    if (!height || *height + kFetched <= state_.chain.height())
        return true;
    for (auto& [peer, subscriber] : subscribers_)
        subscriber.push(*block);
    if (broadcaster_)
        broadcaster_->send(*block);
    return true;
}

bool Egress::take_not_found(Connection& node, std::span<const uint8_t> payload)
{
    const auto items = state_.take_not_found(node, payload);
    if (!items)
        return false;
    for (const auto& item : *items)
        std::erase_if(waiting_, [&](const Waiting& one) {
            if (one.hash != item.hash)
                return false;
            if (auto* asker = subscriber(one.peer))
                asker->not_found(one.hash);
            return true;
        });
    return true;
}

void Egress::ask_block(const Hash256& hash)
{
    for (const auto& node : nodes_)
        if (auto* connection = node->connection())
            return connection->send("getdata", encode(std::vector<Inventory>{
                                                   {InventoryType::kWitnessBlock, hash}}));
}

} // namespace depinsat::bridge::bitcoin
