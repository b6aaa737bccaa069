#include "bridge/ethereum/trie.h"

#include "bridge/ethereum/rlp.h"

#include <algorithm>
#include <cassert>

namespace depinsat::bridge::ethereum {
namespace {

constexpr size_t kMaxDepth = 64; ///< nibbles of the longest key, with room

struct Entry {
    Bytes path; ///< nibbles of the key
    std::span<const uint8_t> value;
};

Bytes path_of(size_t index)
{
    Bytes key, path;
    put_rlp_number(key, index);
    for (const uint8_t byte : key) {
        path.push_back(byte >> 4);
        path.push_back(byte & 15);
    }
    return path;
}

/// Nibbles packed, with a first one that tells leaf from extension and odd from
/// even.
Bytes hex_prefix(std::span<const uint8_t> nibbles, bool leaf)
{
    Bytes all{uint8_t((leaf ? 2 : 0) + nibbles.size() % 2)};
    if (nibbles.size() % 2 == 0)
        all.push_back(0);
    all.insert(all.end(), nibbles.begin(), nibbles.end());
    Bytes packed;
    for (size_t i = 0; i < all.size(); i += 2)
        packed.push_back(uint8_t(all[i] << 4 | all[i + 1]));
    return packed;
}

/// Builds nodes from the leaves up, and keeps those on the way to one entry.
class Builder
{
public:
    explicit Builder(Bytes wanted) : wanted_(std::move(wanted)) {}

    /// The encoded node of entries that agree in their first `depth` nibbles;
    /// sorted.
    Bytes node(std::span<const Entry> entries, size_t depth)
    {
        const auto& first = entries.front().path;
        const bool on_the_way =
            std::equal(first.begin(), first.begin() + ptrdiff_t(depth), wanted_.begin(),
                       wanted_.begin() + ptrdiff_t(std::min(depth, wanted_.size())));
        const size_t place = proof_.size();
        Bytes fields;
        const auto& last = entries.back().path;
        const size_t shared =
            size_t(std::mismatch(first.begin(), first.end(), last.begin(), last.end()).first -
                   first.begin());
        if (entries.size() == 1) {
            put_rlp(fields, hex_prefix(std::span(first).subspan(depth), true));
            put_rlp(fields, entries.front().value);
        } else if (shared > depth) {
            put_rlp(fields, hex_prefix(std::span(first).subspan(depth, shared - depth), false));
            put_child(fields, node(entries, shared));
        } else {
            put_branch(fields, entries, depth);
        }
        Bytes encoded = rlp_list(fields);
        if (on_the_way && (depth == 0 || encoded.size() >= 32))
            proof_.insert(proof_.begin() + ptrdiff_t(place), encoded);
        return encoded;
    }

    TrieProof take_proof() { return std::move(proof_); }

private:
    void put_branch(Bytes& fields, std::span<const Entry> entries, size_t depth)
    {
        // No key of a list is the beginning of another, so that a branch has no
        // value.
        for (uint8_t nibble = 0; nibble < 16; ++nibble) {
            const auto begin = std::ranges::find(
                entries, nibble, [&](const Entry& entry) { return entry.path[depth]; });
            const auto end = std::find_if(begin, entries.end(), [&](const Entry& entry) {
                return entry.path[depth] != nibble;
            });
            if (begin == end)
                put_rlp(fields, {});
            else
                put_child(fields, node({begin, end}, depth + 1));
        }
        put_rlp(fields, {});
    }

    static void put_child(Bytes& fields, const Bytes& child)
    {
        if (child.size() >= 32)
            put_rlp(fields, keccak256(child));
        else
            fields.insert(fields.end(), child.begin(), child.end());
    }

    const Bytes wanted_;
    TrieProof proof_;
};

/// Walks a proof from the root down.
class Walker
{
public:
    Walker(const Bytes& path, const TrieProof& proof) : path_(path), proof_(proof) {}

    std::optional<Bytes> value_below(const Hash& root)
    {
        auto node = by_hash(root);
        for (size_t steps = 0; node && steps < kMaxDepth; ++steps) {
            const auto items = rlp_items(*node, 17);
            if (!items)
                return {};
            if (items->size() == 2 && !(*items)[0].is_list && !(*items)[0].payload.empty()) {
                const auto leaf = follow((*items)[0].payload);
                if (!leaf)
                    return {};
                if (*leaf)
                    return value_of((*items)[1]);
                node = child((*items)[1]);
            } else if (items->size() == 17 && at_ < path_.size()) {
                node = child((*items)[path_[at_++]]);
            } else {
                return {};
            }
        }
        return {};
    }

private:
    std::optional<RlpItem> by_hash(std::span<const uint8_t> hash)
    {
        if (next_ == proof_.size() || !std::ranges::equal(keccak256(proof_[next_]), hash))
            return {};
        std::span<const uint8_t> bytes = proof_[next_++];
        const auto item = take_rlp(bytes);
        return item && bytes.empty() ? item : std::nullopt;
    }

    std::optional<RlpItem> child(const RlpItem& item)
    {
        if (item.is_list)
            return item;
        return item.payload.size() == 32 ? by_hash(item.payload) : std::nullopt;
    }

    /// Follows the nibbles of a leaf (true) or an extension (false).
    std::optional<bool> follow(std::span<const uint8_t> packed)
    {
        const uint8_t kind = packed[0] >> 4;
        if (kind > 3 || (kind % 2 == 0 && (packed[0] & 15)))
            return {};
        for (size_t i = kind % 2 ? 1 : 2; i < 2 * packed.size(); ++i) {
            const uint8_t nibble = i % 2 ? packed[i / 2] & 15 : uint8_t(packed[i / 2] >> 4);
            if (at_ == path_.size() || path_[at_++] != nibble)
                return {};
        }
        const bool leaf = kind >= 2;
        if (leaf && at_ != path_.size())
            return {};
        return leaf;
    }

    std::optional<Bytes> value_of(const RlpItem& item) const
    {
        if (item.is_list || next_ != proof_.size())
            return {};
        return Bytes(item.payload.begin(), item.payload.end());
    }

    const Bytes& path_;
    const TrieProof& proof_;
    size_t at_ = 0, next_ = 0;
};

} // namespace

ProvenRoot build_trie(std::span<const Bytes> entries, size_t index)
{
    assert(index < entries.size());
    std::vector<Entry> sorted;
    for (size_t i = 0; i < entries.size(); ++i)
        sorted.push_back({path_of(i), entries[i]});
    std::ranges::sort(sorted, {}, &Entry::path);
    Builder builder(path_of(index));
    const Hash root = keccak256(builder.node(sorted, 0));
    return {root, builder.take_proof()};
}

Hash empty_trie_root()
{
    Bytes empty;
    put_rlp(empty, {});
    return keccak256(empty);
}

std::optional<Bytes> check_proof(const Hash& root, size_t index, const TrieProof& proof)
{
    const Bytes path = path_of(index);
    return Walker(path, proof).value_below(root);
}

} // namespace depinsat::bridge::ethereum
