#include "bridge/bitcoin/pool.h"

#include "bitcoin_vectors.h"

#include <boost/test/unit_test.hpp>

using namespace depinsat;
using namespace depinsat::bridge::bitcoin;

namespace {

/// A transaction that spends outputs of `parents`.
TransactionPtr
child_of(const std::vector<Hash256>& parents, size_t script = 1, uint8_t mark = 0)
{
    Bytes bytes;
    Writer out(bytes);
    out.u32(2).compact_size(parents.size());
    for (const Hash256& parent : parents)
        out.bytes(parent).u32(0).u8(0).u32(0);
    out.u8(1).u64(mark).compact_size(script).bytes(Bytes(script, mark)).u32(0);
    return parse_transaction(bytes);
}

const auto kAny = [](const Transaction&) {
    return true;
};

} // namespace

BOOST_AUTO_TEST_CASE(transactions_are_found_by_either_hash_until_they_are_too_many)
{
    const auto block = test::recorded_block();
    Pool pool;
    for (const auto& transaction : block->transactions)
        BOOST_TEST(pool.add(transaction));
    BOOST_TEST(!pool.add(block->transactions[5]));
    BOOST_TEST(pool.find(block->transactions[5]->txid) == block->transactions[5]);
    BOOST_TEST(pool.find(block->transactions[5]->wtxid) == block->transactions[5]);
    BOOST_TEST(!pool.find({}));
    for (uint8_t i = 0; i < 200; ++i)
        pool.add(child_of({{i}}, 300'000, i));
    BOOST_TEST(!pool.find(block->transactions[5]->wtxid));
    size_t bytes = 0;
    pool.for_each([&](const auto& one) { bytes += one->footprint(); });
    BOOST_TEST(bytes <= Pool::kMaxBytes);
}

BOOST_AUTO_TEST_CASE(a_family_comes_parents_first)
{
    const auto root = child_of({{1}});
    const auto left = child_of({root->txid}, 1, 1), right = child_of({root->txid}, 1, 2);
    const auto last = child_of({left->txid, right->txid, Hash256{9}});
    Pool pool;
    for (const auto& one : {last, right, left, root})
        pool.add(one);
    const auto family = pool.with_parents(last, kAny);
    BOOST_REQUIRE(family.size() == 4u);
    BOOST_TEST(family.front() == root);
    BOOST_TEST(family.back() == last);
    const auto known = [&](const Transaction& one) {
        return one.txid != root->txid;
    };
    BOOST_TEST(pool.with_parents(last, known).size() == 3u);
    pool.confirm({{}, {root, left}});
    BOOST_TEST(pool.is_confirmed(left->txid));
    BOOST_TEST(pool.with_parents(last, kAny).size() == 2u);
}

BOOST_AUTO_TEST_CASE(a_family_fits_into_a_message)
{
    Pool pool;
    std::vector<Hash256> parents;
    for (uint8_t i = 0; i < 40; ++i) {
        const auto parent = child_of({{i}}, 40'000, i);
        pool.add(parent);
        parents.push_back(parent->txid);
    }
    const auto family = pool.with_parents(child_of(parents), kAny);
    BOOST_TEST(family.size() == 13u); // twelve of 40 kB below 500 kB
}

BOOST_AUTO_TEST_CASE(the_latest_blocks_are_kept)
{
    const auto recorded = test::recorded_block();
    BlockStore store;
    std::vector<Hash256> hashes;
    for (uint32_t i = 0; i < 40; ++i) {
        auto block = std::make_shared<Block>(*recorded);
        block->header.nonce = i;
        hashes.push_back(hash_of(block->header));
        store.add(block);
    }
    BOOST_TEST(!store.find(hashes[0]));
    BOOST_TEST(!store.find(hashes[40 - BlockStore::kMaxBlocks - 1]));
    BOOST_TEST(store.find(hashes[40 - BlockStore::kMaxBlocks]));
    BOOST_TEST(store.find(hashes[39]));
}
