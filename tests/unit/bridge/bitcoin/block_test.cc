#include "bridge/bitcoin/block.h"

#include "bitcoin_vectors.h"
#include "bridge/bitcoin/network.h"
#include "sha256.h"

#include <boost/test/unit_test.hpp>

#include <numeric>

using namespace depinsat;
using namespace depinsat::bridge::bitcoin;

namespace {

std::string printed(Hash256 hash)
{
    std::ranges::reverse(hash);
    return test::hex(hash);
}

const Bytes kBlock = test::read_bitcoin_vector("block_1001.bin");

Block changed(void (*change)(Block&))
{
    Block block = *parse_block(kBlock);
    change(block);
    return block;
}

TransactionPtr with_byte_changed(const Transaction& transaction, size_t from_end)
{
    Bytes bytes = transaction.bytes;
    bytes[bytes.size() - from_end] ^= 1;
    return parse_transaction(bytes);
}

} // namespace

BOOST_AUTO_TEST_CASE(siphash_is_that_of_its_authors)
{
    std::array<uint8_t, 16> key;
    std::iota(key.begin(), key.end(), uint8_t(0));
    std::array<uint8_t, 15> bytes;
    std::iota(bytes.begin(), bytes.end(), uint8_t(0));
    BOOST_TEST(siphash(key, bytes) == 0xa129ca6149be45e5u);
}

BOOST_AUTO_TEST_CASE(every_network_begins_with_its_genesis)
{
    const std::pair<std::string_view, std::string> known[] = {
        {"mainnet", "000000000019d6689c085ae165831e934ff763ae46a2a6c172b3f1b60a8ce26f"},
        {"signet", "00000008819873e925422c1ff0f99f7cc9bbb232af63a077a480a3633bee1ef6"},
        {"regtest", "0f9188f13cb7b2c71f2a335e3a4fc328bf5beb436012afca590b1a11466e2206"}};
    BOOST_TEST(networks().size() == std::size(known));
    for (const auto& [name, hash] : known) {
        const Network* network = find_network(name);
        BOOST_REQUIRE(network);
        BOOST_TEST(printed(hash_of(network->genesis)) == hash);
        BOOST_TEST(find_network(network->id) == network);
    }
    BOOST_TEST(!find_network("testnet3"));
    BOOST_TEST(!find_network(uint8_t(99)));
}

BOOST_AUTO_TEST_CASE(a_recorded_block_comes_back_and_holds)
{
    BOOST_TEST(test::sha256(kBlock) ==
               test::recorded_relay()["files"]["block_1001.bin"]["sha256"].get<std::string>());
    const auto block = parse_block(kBlock);
    BOOST_REQUIRE(block);
    BOOST_TEST(block->transactions.size() == 1001u);
    BOOST_TEST(serialize(*block) == kBlock);
    BOOST_CHECK(check_body(*block) == BlockFault::kNone);
    for (const auto& transaction : block->transactions) {
        BOOST_TEST(transaction->has_witness);
        BOOST_TEST((transaction->txid != transaction->wtxid));
    }
}

BOOST_AUTO_TEST_CASE(a_block_with_another_body_does_not_hold)
{
    const auto fault = [](void (*change)(Block&)) {
        return check_body(changed(change));
    };
    BOOST_CHECK(fault([](Block& b) { b.transactions.clear(); }) == BlockFault::kCoinbase);
    BOOST_CHECK(fault([](Block& b) { b.transactions.erase(b.transactions.begin()); }) ==
                BlockFault::kCoinbase);
    BOOST_CHECK(fault([](Block& b) { b.transactions.push_back(b.transactions[0]); }) ==
                BlockFault::kCoinbase);
    BOOST_CHECK(fault([](Block& b) { std::swap(b.transactions[5], b.transactions[6]); }) ==
                BlockFault::kMerkleRoot);
    BOOST_CHECK(fault([](Block& b) { b.transactions.pop_back(); }) == BlockFault::kMerkleRoot);
    BOOST_CHECK(fault([](Block& b) { b.header.merkle_root[0] ^= 1; }) ==
                BlockFault::kMerkleRoot);
    // 1001 leaves: the last repeated hashes to the same root.
    BOOST_CHECK(fault([](Block& b) { b.transactions.push_back(b.transactions.back()); }) ==
                BlockFault::kMerkleRoot);
    BOOST_CHECK(fault([](Block& b) {
                    b.transactions[7] = with_byte_changed(*b.transactions[7], 10);
                }) == BlockFault::kWitness);
}

BOOST_AUTO_TEST_CASE(what_is_cut_or_followed_is_no_block)
{
    for (size_t size = 0; size < kBlock.size(); size += size < 700 ? 1 : 1009)
        BOOST_TEST(!parse_block(std::span(kBlock).first(size)));
    Bytes longer = kBlock;
    longer.push_back(0);
    BOOST_TEST(!parse_block(longer));
    longer.resize(kMaxBlockWeight + 1);
    BOOST_TEST(!parse_block(longer));
}

BOOST_AUTO_TEST_CASE(counts_beyond_what_is_there_take_no_memory)
{
    Bytes block(kBlock.begin(), kBlock.begin() + kHeaderBytes);
    for (const uint8_t byte : {0xFE, 0xFF, 0xFF, 0xFF, 0xFF})
        block.push_back(byte);
    block.resize(1000);
    BOOST_TEST(!parse_block(block));
    // Inputs: 2^63.
    Bytes transaction{1, 0, 0, 0, 0xFF, 0, 0, 0, 0, 0, 0, 0, 0x80};
    transaction.resize(1000);
    BOOST_TEST(!parse_transaction(transaction));
}

BOOST_AUTO_TEST_CASE(counts_have_one_form)
{
    for (const uint64_t value :
         {0ull, 252ull, 253ull, 0xFFFFull, 0x10000ull, 0xFFFFFFFFull, 0x100000000ull, ~0ull}) {
        Bytes bytes;
        Writer(bytes).compact_size(value);
        Reader in(bytes);
        BOOST_TEST(in.compact_size() == value);
        BOOST_TEST(in.at_end());
    }
    for (const Bytes& bytes : {Bytes{253, 252, 0}, Bytes{254, 0xFF, 0xFF, 0, 0},
                               Bytes{255, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0}, Bytes{253, 1}}) {
        Reader in(bytes);
        BOOST_TEST(in.compact_size() == 0u);
        BOOST_TEST(!in.ok());
    }
}
