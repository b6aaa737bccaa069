#include "bridge/bitcoin/node_state.h"

#include "bridge/counters.h"

namespace depinsat::bridge::bitcoin {
namespace {

/// Of one node, so that it does not make others wait.
constexpr size_t kMaxAwaited = 5000;
constexpr unsigned kMaxOrphans = 20;

} // namespace

void NodeState::ask_headers(Connection& node) const
{
    node.send("getheaders", encode(Locator{chain.locator(), {}}));
}

std::optional<NodeState::NewHeaders> NodeState::take_headers(Connection& node,
                                                             std::span<const uint8_t> payload)
{
    const auto headers = decode_headers(payload);
    if (!headers)
        return {};
    NewHeaders result;
    const auto now = int64_t(unix_time());
    for (const auto& header : *headers) {
        const auto verdict = chain.add(header, now);
        if (verdict == HeaderVerdict::kInvalid)
            return {};
        if (verdict == HeaderVerdict::kOrphan) {
            if (++node.orphan_headers > kMaxOrphans)
                return {};
            ask_headers(node);
            return result;
        }
        if (verdict == HeaderVerdict::kNew)
            result.hashes.push_back(hash_of(header));
    }
    node.orphan_headers = 0;
    result.more = headers->size() == kMaxHeaders && !result.hashes.empty();
    if (result.more)
        ask_headers(node);
    node.headers_synchronised = node.headers_synchronised || !result.more;
    return result;
}

std::optional<std::vector<Inventory>>
NodeState::serve_transactions(Connection& node, std::span<const uint8_t> payload)
{
    const auto items = decode_inventory(payload);
    if (!items)
        return {};
    std::vector<Inventory> others, missing;
    for (const auto& item : *items) {
        const bool with_witness = item.type == InventoryType::kWitnessTransaction;
        if (!with_witness && item.type != InventoryType::kTransaction) {
            others.push_back(item);
            continue;
        }
        const auto transaction = pool.find(item.hash);
        if (transaction && (with_witness || !transaction->has_witness))
            node.send("tx", transaction->bytes);
        else
            missing.push_back(item);
    }
    not_found(node, missing);
    return others;
}

std::optional<std::vector<Hash256>> NodeState::take_inventory(Connection& node,
                                                              std::span<const uint8_t> payload)
{
    const auto items = decode_inventory(payload);
    if (!items)
        return {};
    std::vector<Hash256> found;
    std::vector<Inventory> wanted;
    for (const auto& item : *items) {
        if (item.type == InventoryType::kBlock)
            found.push_back(item.hash);
        else if (item.type == InventoryType::kTransaction && !pool.find(item.hash) &&
                 node.transactions_awaited + wanted.size() < kMaxAwaited)
            wanted.push_back({InventoryType::kWitnessTransaction, item.hash});
    }
    node.transactions_awaited += wanted.size();
    if (!wanted.empty())
        node.send("getdata", encode(wanted));
    return found;
}

std::optional<std::vector<Inventory>>
NodeState::take_not_found(Connection& node, std::span<const uint8_t> payload) const
{
    auto items = decode_inventory(payload);
    if (!items)
        return {};
    const auto transactions = size_t(
        std::ranges::count(*items, InventoryType::kWitnessTransaction, &Inventory::type));
    node.transactions_awaited -= std::min(node.transactions_awaited, transactions);
    return items;
}

void announce(Connection& node, InventoryType type, const Hash256& hash)
{
    node.send("inv", encode(std::vector<Inventory>{{type, hash}}));
}

void not_found(Connection& node, std::span<const Inventory> missing)
{
    if (!missing.empty())
        node.send("notfound", encode(missing));
}

} // namespace depinsat::bridge::bitcoin
