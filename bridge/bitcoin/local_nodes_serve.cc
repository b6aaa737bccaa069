#include "bridge/bitcoin/local_nodes.h"

#include "bridge/bitcoin/compact.h"

#include <sodium.h>

/// What nodes ask a user station for.
namespace depinsat::bridge::bitcoin {
namespace {

constexpr size_t kMaxHashes = 500; ///< of an answer to getblocks

bool is_block(InventoryType type)
{
    return type == InventoryType::kBlock || type == InventoryType::kWitnessBlock ||
           type == InventoryType::kCompactBlock;
}

} // namespace

bool LocalNodes::serve_data(Connection& node, std::span<const uint8_t> payload)
{
    const auto items = state_.serve_transactions(node, payload);
    if (!items)
        return false;
    for (const auto& item : *items) {
        if (!is_block(item.type))
            bitcoin::not_found(node, std::vector{item});
        else if (const auto block = state_.blocks.find(item.hash))
            serve_block(node, item.type, *block);
        else
            wait_for(node, item);
    }
    return true;
}

void LocalNodes::wait_for(Connection& node, const Inventory& item)
{
    std::erase_if(wanted_, [](const Wanted& one) { return one.node.expired(); });
    if (!state_.serves(item.hash) || wanted_.size() >= kMaxWanted)
        return bitcoin::not_found(node, std::vector{item});
    wanted_.push_back({node.weak_from_this(), item});
    events_.on_block_wanted(item.hash);
}

void LocalNodes::serve_block(Connection& node, InventoryType type, const Block& block)
{
    if (type == InventoryType::kCompactBlock) {
        uint64_t nonce;
        randombytes_buf(&nonce, sizeof(nonce));
        const auto nothing = [](const Transaction&) {
            return false;
        };
        node.send("cmpctblock", encode(make_compact(block, nonce, nothing)));
    } else if (type == InventoryType::kWitnessBlock ||
               std::ranges::none_of(block.transactions, &Transaction::has_witness)) {
        node.send("block", serialize(block));
    } else {
        // Without witnesses it is of use to no node that checks.
        bitcoin::not_found(node, std::vector{Inventory{type, hash_of(block.header)}});
    }
}

bool LocalNodes::serve_headers(Connection& node, std::span<const uint8_t> payload)
{
    const auto locator = decode_locator(payload);
    if (locator)
        node.send("headers",
                  encode(state_.chain.after(locator->hashes, locator->stop, kMaxHeaders)));
    return locator.has_value();
}

bool LocalNodes::serve_hashes(Connection& node, std::span<const uint8_t> payload)
{
    const auto locator = decode_locator(payload);
    if (!locator)
        return false;
    std::vector<Inventory> items;
    for (const auto& header : state_.chain.after(locator->hashes, locator->stop, kMaxHashes))
        items.push_back({InventoryType::kBlock, hash_of(header)});
    if (!items.empty())
        node.send("inv", encode(items));
    return true;
}

bool LocalNodes::serve_block_transactions(Connection& node, std::span<const uint8_t> payload)
{
    const auto wanted = decode_wanted(payload);
    if (!wanted)
        return false;
    const auto block = state_.blocks.find(wanted->block);
    const auto some = block ? pick(*block, *wanted) : std::nullopt;
    if (some)
        node.send("blocktxn", encode(*some));
    return some || !block;
}

void LocalNodes::deliver(const Block& block)
{
    const Hash256 hash = hash_of(block.header);
    std::erase_if(wanted_, [&](const Wanted& one) {
        if (one.item.hash != hash)
            return false;
        if (const auto node = one.node.lock())
            serve_block(*node, one.item.type, block);
        return true;
    });
}

void LocalNodes::not_found(const Hash256& block)
{
    std::erase_if(wanted_, [&](const Wanted& one) {
        if (one.item.hash != block)
            return false;
        if (const auto node = one.node.lock())
            bitcoin::not_found(*node, std::vector{one.item});
        return true;
    });
}

} // namespace depinsat::bridge::bitcoin
