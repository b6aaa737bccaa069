#include "bridge/bitcoin/local_nodes.h"

#include <spdlog/spdlog.h>

namespace depinsat::bridge::bitcoin {
namespace {

constexpr size_t kMaxHeadersAtOnce = 8; ///< of an announcement (BIP130)
constexpr uint64_t kCompactVersion = 2;

} // namespace

LocalNodes::LocalNodes(asio::io_context& io,
                       const config::BitcoinBridge& config,
                       NodeState& state,
                       LocalNodeEvents& events)
    : config_(config),
      state_(state),
      events_(events),
      introduction_{state.network, kNodeWitness | kNodeNetworkLimited,
                    [&state] { return state.chain.height(); }, true}
{
    if (config_.listen)
        listener_.emplace(io, *config_.listen,
                          [this](tcp::socket socket) { admit(std::move(socket)); });
    if (config_.node)
        dialer_.emplace(io, *config_.node, introduction_,
                        static_cast<ConnectionEvents&>(*this));
}

LocalNodes::~LocalNodes()
{
    for (const auto& client : clients_)
        client->close();
}

void LocalNodes::start()
{
    if (listener_)
        listener_->start();
    if (dialer_)
        dialer_->start();
}

void LocalNodes::admit(tcp::socket socket)
{
    if (clients_.size() >= config_.max_clients) {
        // Who has not said who it is makes room.
        const auto silent =
            std::ranges::find_if(clients_, [](const auto& client) { return !client->ready(); });
        if (silent == clients_.end())
            return;
        (*silent)->close();
        clients_.erase(silent);
    }
    clients_.push_back(std::make_shared<Connection>(std::move(socket), introduction_, false,
                                                    static_cast<ConnectionEvents&>(*this)));
    clients_.back()->start();
}

std::vector<Connection*> LocalNodes::connections() const
{
    std::vector<Connection*> all;
    for (const auto& client : clients_)
        if (client->ready())
            all.push_back(client.get());
    if (auto* node = dialer_ ? dialer_->connection() : nullptr)
        all.push_back(node);
    return all;
}

size_t LocalNodes::ready() const
{
    return size_t(std::ranges::count_if(
        connections(), [](const Connection* node) { return node->headers_synchronised; }));
}

uint64_t LocalNodes::fee_filter() const
{
    uint64_t fee = 0;
    for (const Connection* node : connections())
        fee = std::max(fee, node->fee_filter);
    return fee;
}

void LocalNodes::on_ready(Connection& node)
{
    node.send("sendheaders");
    node.send("sendcmpct", encode(SendCompact{false, kCompactVersion}));
    state_.ask_headers(node);
    // Some nodes do not answer if they have no more.
    node.headers_synchronised = node.peer().height <= state_.chain.height();
    if (node.headers_synchronised)
        events_.on_nodes();
}

void LocalNodes::on_closed(Connection& node, const std::string& why)
{
    const auto client =
        std::ranges::find(clients_, &node, [](const auto& one) { return one.get(); });
    if (client != clients_.end()) {
        spdlog::info("bitcoin: the node at {} is gone: {}", node.address(), why);
        clients_.erase(client);
    }
    std::erase_if(wanted_, [](const Wanted& one) { return one.node.expired(); });
    events_.on_nodes();
}

bool LocalNodes::on_message(Connection& node,
                            const std::string& command,
                            std::span<const uint8_t> payload)
{
    using Handler = bool (LocalNodes::*)(Connection&, std::span<const uint8_t>);
    static constexpr std::pair<std::string_view, Handler> kHandlers[] = {
        {"headers", &LocalNodes::take_headers},
        {"inv", &LocalNodes::take_inventory},
        {"tx", &LocalNodes::take_transaction},
        {"notfound", &LocalNodes::take_not_found},
        {"getdata", &LocalNodes::serve_data},
        {"getheaders", &LocalNodes::serve_headers},
        {"getblocks", &LocalNodes::serve_hashes},
        {"getblocktxn", &LocalNodes::serve_block_transactions}};
    for (const auto& [name, handler] : kHandlers)
        if (command == name)
            return (this->*handler)(node, payload);
    return take_wish(node, command, payload);
}

bool LocalNodes::take_wish(Connection& node,
                           const std::string& command,
                           std::span<const uint8_t> payload)
{
    if (command == "sendheaders") {
        node.wants_headers = true;
    } else if (command == "sendcmpct") {
        const auto send = decode_send_compact(payload);
        if (!send)
            return false;
        if (send->version == kCompactVersion)
            node.wants_compact = send->announce;
    } else if (command == "feefilter") {
        const auto fee = decode_number(payload);
        if (!fee)
            return false;
        node.fee_filter = *fee;
        events_.on_nodes();
    }
    return true; // others are no affair of this station
}

bool LocalNodes::take_headers(Connection& node, std::span<const uint8_t> payload)
{
    const bool before = node.headers_synchronised;
    if (!state_.take_headers(node, payload))
        return false;
    if (!before && node.headers_synchronised)
        events_.on_nodes();
    return true;
}

bool LocalNodes::take_inventory(Connection& node, std::span<const uint8_t> payload)
{
    const auto blocks = state_.take_inventory(node, payload);
    if (!blocks)
        return false;
    if (std::ranges::any_of(*blocks,
                            [&](const auto& hash) { return !state_.chain.contains(hash); }))
        state_.ask_headers(node);
    return true;
}

bool LocalNodes::take_transaction(Connection& node, std::span<const uint8_t> payload)
{
    const auto transaction = parse_transaction(payload);
    if (!transaction || transaction->coinbase || transaction->weight > kMaxRelayWeight ||
        node.transactions_awaited == 0)
        return false;
    --node.transactions_awaited;
    if (state_.pool.add(transaction))
        events_.on_transaction(transaction);
    return true;
}

bool LocalNodes::take_not_found(Connection& node, std::span<const uint8_t> payload)
{
    return state_.take_not_found(node, payload).has_value();
}

void LocalNodes::announce_transaction(const Transaction& transaction)
{
    for (Connection* node : connections())
        announce(*node, InventoryType::kTransaction, transaction.txid);
}

void LocalNodes::announce_blocks(std::span<const BlockHeader> headers)
{
    if (headers.empty())
        return;
    const Hash256 hash = hash_of(headers.back());
    const auto block = state_.blocks.find(hash);
    // All of them: a node that knows no other peer has no way to ask for those in between.
    std::vector<Inventory> items;
    for (const auto& header : headers.last(std::min<size_t>(headers.size(), kServedBlocks)))
        items.push_back({InventoryType::kBlock, hash_of(header)});
    for (Connection* node : connections()) {
        if (node->wants_compact && block && headers.size() == 1)
            serve_block(*node, InventoryType::kCompactBlock, *block);
        else if (node->wants_headers && headers.size() <= kMaxHeadersAtOnce)
            node->send("headers", encode(headers));
        else
            node->send("inv", encode(items));
    }
}

} // namespace depinsat::bridge::bitcoin
