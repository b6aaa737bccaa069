#include "bridge/bitcoin/p2p.h"

#include "bitcoin_vectors.h"
#include "bridge/bitcoin/compact.h"
#include "bridge/bitcoin/network.h"
#include "ccsds_vectors.h"

#include <boost/test/unit_test.hpp>

using namespace depinsat;
using namespace depinsat::bridge::bitcoin;

namespace {

const Network& kNetwork = *find_network("regtest");

std::optional<FrameHeader> header_of(const Bytes& frame)
{
    return read_frame_header(std::span(frame).first<kFrameHeaderBytes>(), kNetwork.magic);
}

Hash256 hash_with(uint8_t first)
{
    return {first, 1, 2};
}

} // namespace

BOOST_AUTO_TEST_CASE(a_frame_comes_back)
{
    const Bytes payload{1, 2, 3, 4, 5, 6, 7, 8};
    const Bytes bytes = frame(kNetwork.magic, "ping", payload);
    BOOST_TEST(bytes.size() == kFrameHeaderBytes + 8);
    const auto header = header_of(bytes);
    BOOST_REQUIRE(header);
    BOOST_TEST(header->command == "ping");
    BOOST_TEST(header->length == 8u);
    BOOST_TEST(checksum_holds(*header, payload));
    BOOST_TEST(!checksum_holds(*header, Bytes{1, 2, 3, 4, 5, 6, 7, 9}));
}

BOOST_AUTO_TEST_CASE(frames_of_other_networks_and_sizes_are_refused)
{
    const Bytes good = frame(kNetwork.magic, "inv", Bytes{0});
    const auto refused = [&](size_t place, uint8_t value) {
        Bytes bad = good;
        bad[place] = value;
        return !header_of(bad);
    };
    BOOST_TEST(!!header_of(good));
    for (size_t i = 0; i < 4; ++i)
        BOOST_TEST(refused(i, uint8_t(good[i] ^ 1)));
    BOOST_TEST(refused(4, 0));     // no command
    BOOST_TEST(refused(5, 0));     // text behind its end
    BOOST_TEST(refused(5, 0x80));  // not ASCII
    BOOST_TEST(refused(19, 0xFF)); // 4 GB
    BOOST_TEST(max_payload("block") == kMaxBlockWeight);
    BOOST_TEST(max_payload("verack") == 0u);
    BOOST_TEST(max_payload("addr") == 65536u);
}

BOOST_AUTO_TEST_CASE(a_recorded_version_is_read)
{
    const auto bytes = test::from_hex(test::recorded_relay()["version"]);
    const auto version = decode_version(bytes);
    BOOST_REQUIRE(version);
    BOOST_TEST(version->version == 70015u);
    BOOST_TEST(version->services == (kNodeNetwork | kNodeWitness));
    BOOST_TEST(version->user_agent == "/bcoin:v1.0.2/");
    BOOST_TEST(version->relay);
    for (size_t size = 0; size + 1 < bytes.size(); ++size) // the last byte may be missing
        BOOST_TEST(!decode_version(std::span(bytes).first(size)));
}

BOOST_AUTO_TEST_CASE(a_version_comes_back)
{
    const Version sent{70016, kNodeWitness, -5, 7, "/x/", 900'000, false};
    const auto version = decode_version(encode(sent));
    BOOST_REQUIRE(version);
    BOOST_TEST(version->services == sent.services);
    BOOST_TEST(version->time == -5);
    BOOST_TEST(version->nonce == 7u);
    BOOST_TEST(version->user_agent == "/x/");
    BOOST_TEST(version->height == 900'000u);
    BOOST_TEST(!version->relay);
}

BOOST_AUTO_TEST_CASE(lists_come_back_and_have_limits)
{
    const std::vector<Inventory> items{{InventoryType::kWitnessBlock, hash_with(1)},
                                       {InventoryType(99), hash_with(2)}};
    const auto inventory = decode_inventory(encode(items));
    BOOST_REQUIRE(inventory);
    BOOST_TEST(inventory->size() == 2u);
    BOOST_CHECK(inventory->at(1).type == InventoryType(99));
    BOOST_TEST(inventory->at(1).hash == hash_with(2));
    BOOST_TEST(!decode_inventory(encode(
        std::vector<Inventory>(kMaxInventory + 1, {InventoryType::kBlock, hash_with(3)}))));

    const std::vector<BlockHeader> headers(kMaxHeaders, kNetwork.genesis);
    BOOST_TEST((decode_headers(encode(headers)) == headers));
    BOOST_TEST(!decode_headers(encode(std::vector<BlockHeader>(kMaxHeaders + 1))));

    const Locator locator{std::vector<Hash256>(kMaxLocator, hash_with(4)), hash_with(5)};
    const auto read = decode_locator(encode(locator));
    BOOST_REQUIRE(read);
    BOOST_TEST((read->hashes == locator.hashes));
    BOOST_TEST(read->stop == locator.stop);
    BOOST_TEST(!decode_locator(encode(Locator{std::vector<Hash256>(kMaxLocator + 1), {}})));

    const auto send = decode_send_compact(encode(SendCompact{true, 2}));
    BOOST_REQUIRE(send);
    BOOST_TEST((send->announce && send->version == 2));
    BOOST_TEST(decode_number(encode_number(77)).value() == 77u);
    BOOST_TEST(!decode_number(Bytes(7)));
    BOOST_TEST(!decode_number(Bytes(9)));
}

BOOST_AUTO_TEST_CASE(a_recorded_compact_block_becomes_the_block)
{
    const Bytes bytes = test::read_bitcoin_vector("cmpctblock_1001.bin");
    const auto compact = decode_compact(bytes);
    BOOST_REQUIRE(compact);
    BOOST_TEST(compact->size() == 1001u);
    BOOST_TEST(encode(*compact) == bytes);
    const auto block = test::recorded_block();
    const auto all = [&](const auto& take) {
        for (const auto& transaction : block->transactions)
            take(transaction);
    };
    const CompactAssembly whole(*compact, all);
    BOOST_TEST(whole.missing().indices.empty());
    BOOST_TEST((serialize(whole.block()) == serialize(*block)));
}

BOOST_AUTO_TEST_CASE(what_a_compact_block_lacks_is_asked_for_by_index)
{
    const auto block = test::recorded_block();
    const auto compact =
        decode_compact(encode(make_compact(*block, 5, [&](const Transaction& one) {
            return one.txid == block->transactions[1000]->txid;
        })));
    BOOST_REQUIRE(compact);
    BOOST_TEST(compact->prefilled.size() == 2u);
    CompactAssembly assembly(*compact, [&](const auto& take) {
        for (size_t i = 3; i < 990; ++i)
            take(block->transactions[i]);
    });
    const auto missing = assembly.missing();
    BOOST_TEST(missing.indices.size() == 12u);
    const auto wanted = decode_wanted(encode(missing));
    BOOST_REQUIRE(wanted);
    BOOST_TEST(wanted->indices == missing.indices);
    const auto some = decode_block_transactions(encode(*pick(*block, *wanted)));
    BOOST_REQUIRE(some);
    BOOST_TEST(!assembly.add({hash_with(1), some->transactions}));
    BOOST_TEST(!assembly.add({some->block, {}}));
    BOOST_TEST(assembly.add(*some));
    BOOST_TEST((serialize(assembly.block()) == serialize(*block)));
    BOOST_TEST(!pick(*block, {missing.block, {1001}}));
}

BOOST_AUTO_TEST_CASE(malformed_compact_blocks_are_refused)
{
    const auto block = test::recorded_block();
    const auto nothing = [](const Transaction&) {
        return false;
    };
    const Bytes good = encode(make_compact(*block, 5, nothing));
    for (size_t size = 0; size < good.size(); size += 7)
        BOOST_TEST(!decode_compact(std::span(good).first(size)));
    CompactBlock beyond = make_compact(*block, 5, nothing);
    beyond.prefilled[0].index = 1001;
    BOOST_TEST(!decode_compact(encode(beyond)));
    beyond.prefilled.clear();
    beyond.short_ids.clear();
    BOOST_TEST(!decode_compact(encode(beyond)));
    BOOST_TEST(!decode_wanted(encode(TransactionsWanted{{}, {0xFFFFFFF0}})));
}
