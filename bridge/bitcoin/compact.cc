#include "bridge/bitcoin/compact.h"

#include <sodium.h>

#include <unordered_map>

namespace depinsat::bridge::bitcoin {
namespace {

constexpr unsigned kShortIdBytes = 6;
constexpr size_t kLeastPrefilled = 1 + kLeastTransaction;

/// Indices travel as differences: one less than to the index before.
class IndexReader
{
public:
    explicit IndexReader(Reader& in) : in_(in) {}

    uint32_t next()
    {
        const uint64_t step = in_.compact_size();
        if (step > kMaxBlockTransactions || next_ + step >= kMaxBlockTransactions) {
            in_.fail();
            return 0;
        }
        next_ += step + 1;
        return uint32_t(next_ - 1);
    }

private:
    Reader& in_;
    uint64_t next_ = 0;
};

} // namespace

std::array<uint8_t, 16> short_id_key(const BlockHeader& header, uint64_t nonce)
{
    Bytes bytes;
    Writer out(bytes);
    write(header, out);
    out.u64(nonce);
    Hash256 hash;
    crypto_hash_sha256(hash.data(), bytes.data(), bytes.size());
    std::array<uint8_t, 16> key;
    std::copy_n(hash.begin(), key.size(), key.begin());
    return key;
}

ShortId short_id(std::span<const uint8_t, 16> key, const Hash256& wtxid)
{
    return siphash(key, wtxid) & ((ShortId(1) << (8 * kShortIdBytes)) - 1);
}

CompactBlock make_compact(const Block& block,
                          uint64_t nonce,
                          const std::function<bool(const Transaction&)>& whole)
{
    CompactBlock compact{block.header, nonce, {}, {}};
    const auto key = short_id_key(block.header, nonce);
    for (uint32_t i = 0; i < block.transactions.size(); ++i) {
        const auto& transaction = block.transactions[i];
        if (i == 0 || whole(*transaction))
            compact.prefilled.push_back({i, transaction});
        else
            compact.short_ids.push_back(short_id(key, transaction->wtxid));
    }
    return compact;
}

Bytes encode(const CompactBlock& compact)
{
    Bytes bytes;
    Writer out(bytes);
    write(compact.header, out);
    out.u64(compact.nonce).compact_size(compact.short_ids.size());
    for (const ShortId id : compact.short_ids)
        out.number(id, kShortIdBytes);
    out.compact_size(compact.prefilled.size());
    uint32_t next = 0;
    for (const auto& [index, transaction] : compact.prefilled) {
        out.compact_size(index - next).bytes(transaction->bytes);
        next = index + 1;
    }
    return bytes;
}

std::optional<CompactBlock> decode_compact(std::span<const uint8_t> bytes)
{
    Reader in(bytes);
    CompactBlock compact;
    compact.header = read_header(in);
    compact.nonce = in.u64();
    compact.short_ids.resize(in.count(kShortIdBytes));
    for (auto& id : compact.short_ids) {
        const uint64_t low = in.u32();
        id = low | uint64_t(in.u16()) << 32;
    }
    const size_t prefilled = in.count(kLeastPrefilled);
    if (compact.short_ids.size() + prefilled > kMaxBlockTransactions)
        return {};
    IndexReader indices(in);
    for (size_t i = 0; i < prefilled && in.ok(); ++i) {
        const uint32_t index = indices.next();
        compact.prefilled.push_back({index, read_transaction(in)});
        if (index >= compact.short_ids.size() + prefilled)
            return {};
    }
    if (!in.at_end() || compact.size() == 0)
        return {};
    return compact;
}

Bytes encode(const TransactionsWanted& wanted)
{
    Bytes bytes;
    Writer out(bytes);
    out.bytes(wanted.block).compact_size(wanted.indices.size());
    uint32_t next = 0;
    for (const uint32_t index : wanted.indices) {
        out.compact_size(index - next);
        next = index + 1;
    }
    return bytes;
}

std::optional<TransactionsWanted> decode_wanted(std::span<const uint8_t> bytes)
{
    Reader in(bytes);
    TransactionsWanted wanted;
    wanted.block = in.hash();
    wanted.indices.resize(in.count(1));
    IndexReader indices(in);
    for (auto& index : wanted.indices)
        index = indices.next();
    if (!in.at_end())
        return {};
    return wanted;
}

Bytes encode(const BlockTransactions& some)
{
    Bytes bytes;
    Writer out(bytes);
    out.bytes(some.block).compact_size(some.transactions.size());
    for (const auto& transaction : some.transactions)
        out.bytes(transaction->bytes);
    return bytes;
}

std::optional<BlockTransactions> decode_block_transactions(std::span<const uint8_t> bytes)
{
    Reader in(bytes);
    BlockTransactions some;
    some.block = in.hash();
    const size_t count = in.count(kLeastTransaction);
    for (size_t i = 0; i < count && in.ok(); ++i)
        some.transactions.push_back(read_transaction(in));
    if (!in.at_end())
        return {};
    return some;
}

std::optional<BlockTransactions> pick(const Block& block, const TransactionsWanted& wanted)
{
    BlockTransactions some{wanted.block, {}};
    for (const uint32_t index : wanted.indices) {
        if (index >= block.transactions.size())
            return {};
        some.transactions.push_back(block.transactions[index]);
    }
    return some;
}

CompactAssembly::CompactAssembly(
    CompactBlock compact,
    const std::function<void(const std::function<void(const TransactionPtr&)>&)>& known)
    : header_(compact.header), hash_(hash_of(compact.header)), transactions_(compact.size())
{
    for (auto& [index, transaction] : compact.prefilled)
        transactions_[index] = std::move(transaction);
    std::unordered_map<ShortId, std::vector<TransactionPtr>> found;
    for (const ShortId id : compact.short_ids)
        found.try_emplace(id);
    const auto key = short_id_key(header_, compact.nonce);
    known([&](const TransactionPtr& transaction) {
        const auto place = found.find(short_id(key, transaction->wtxid));
        if (place == found.end())
            return;
        auto& all = place->second;
        if (all.empty() || all.front()->wtxid != transaction->wtxid)
            all.push_back(transaction);
    });
    size_t next = 0;
    for (const ShortId id : compact.short_ids) {
        while (transactions_[next])
            ++next;
        // Nothing stays null: it is asked for, and so is what could be either of two.
        const auto& all = found.at(id);
        if (all.size() == 1)
            transactions_[next] = all.front();
        ++next;
    }
}

TransactionsWanted CompactAssembly::missing() const
{
    TransactionsWanted wanted{hash_, {}};
    for (uint32_t i = 0; i < transactions_.size(); ++i)
        if (!transactions_[i])
            wanted.indices.push_back(i);
    return wanted;
}

bool CompactAssembly::add(const BlockTransactions& some)
{
    const auto wanted = missing();
    if (some.block != hash_ || some.transactions.size() != wanted.indices.size())
        return false;
    for (size_t i = 0; i < wanted.indices.size(); ++i)
        transactions_[wanted.indices[i]] = some.transactions[i];
    return true;
}

} // namespace depinsat::bridge::bitcoin
