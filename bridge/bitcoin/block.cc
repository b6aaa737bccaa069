#include "bridge/bitcoin/block.h"

namespace depinsat::bridge::bitcoin {
namespace {

Hash256 hash_pair(const Hash256& left, const Hash256& right)
{
    std::array<uint8_t, 64> both;
    std::ranges::copy(right, std::ranges::copy(left, both.begin()).out);
    return double_sha256(both);
}

std::vector<Hash256> ids_of(const Block& block, Hash256 Transaction::*id)
{
    std::vector<Hash256> ids;
    ids.reserve(block.transactions.size());
    for (const auto& transaction : block.transactions)
        ids.push_back((*transaction).*id);
    return ids;
}

bool witnesses_hold(const Block& block)
{
    const auto commitment = witness_commitment(*block.transactions.front());
    if (!commitment)
        return std::ranges::none_of(block.transactions, &Transaction::has_witness);
    auto leaves = ids_of(block, &Transaction::wtxid);
    leaves.front() = {};
    bool ambiguous = false;
    const Hash256 root = merkle_root(std::move(leaves), ambiguous);
    return hash_pair(root, commitment->reserved_value) == commitment->commitment;
}

} // namespace

BlockHeader read_header(Reader& in)
{
    BlockHeader header;
    header.version = in.u32();
    header.previous = in.hash();
    header.merkle_root = in.hash();
    header.time = in.u32();
    header.bits = in.u32();
    header.nonce = in.u32();
    return header;
}

void write(const BlockHeader& header, Writer& out)
{
    out.u32(header.version).bytes(header.previous).bytes(header.merkle_root);
    out.u32(header.time).u32(header.bits).u32(header.nonce);
}

Hash256 hash_of(const BlockHeader& header)
{
    Bytes bytes;
    bytes.reserve(kHeaderBytes);
    Writer out(bytes);
    write(header, out);
    return double_sha256(bytes);
}

BlockPtr parse_block(std::span<const uint8_t> bytes)
{
    if (bytes.size() > kMaxBlockWeight)
        return {};
    Reader in(bytes);
    const auto block = std::make_shared<Block>();
    block->header = read_header(in);
    const size_t count = in.count(kLeastTransaction);
    block->transactions.reserve(count);
    while (block->transactions.size() < count) {
        auto transaction = read_transaction(in);
        if (!transaction)
            return {};
        block->transactions.push_back(std::move(transaction));
    }
    return in.at_end() && count > 0 ? block : nullptr;
}

Bytes serialize(const Block& block)
{
    Bytes bytes;
    Writer out(bytes);
    write(block.header, out);
    out.compact_size(block.transactions.size());
    for (const auto& transaction : block.transactions)
        out.bytes(transaction->bytes);
    return bytes;
}

BlockFault check_body(const Block& block)
{
    const auto& all = block.transactions;
    if (all.empty() || !all.front()->coinbase ||
        std::ranges::count(all, true, &Transaction::coinbase) != 1)
        return BlockFault::kCoinbase;
    size_t weight = 4 * kHeaderBytes;
    for (const auto& transaction : all)
        weight += transaction->weight;
    if (weight > kMaxBlockWeight)
        return BlockFault::kWeight;
    bool ambiguous = false;
    if (merkle_root(ids_of(block, &Transaction::txid), ambiguous) != block.header.merkle_root ||
        ambiguous)
        return BlockFault::kMerkleRoot;
    return witnesses_hold(block) ? BlockFault::kNone : BlockFault::kWitness;
}

Hash256 merkle_root(std::vector<Hash256> level, bool& ambiguous)
{
    ambiguous = false;
    while (level.size() > 1) {
        for (size_t i = 0; i + 1 < level.size(); i += 2)
            ambiguous = ambiguous || level[i] == level[i + 1];
        if (level.size() % 2)
            level.push_back(level.back());
        for (size_t i = 0; i < level.size() / 2; ++i)
            level[i] = hash_pair(level[2 * i], level[2 * i + 1]);
        level.resize(level.size() / 2);
    }
    return level.empty() ? Hash256{} : level.front();
}

} // namespace depinsat::bridge::bitcoin
