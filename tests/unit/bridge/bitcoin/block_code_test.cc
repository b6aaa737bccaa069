#include "bridge/bitcoin/block_code.h"

#include "bitcoin_vectors.h"
#include "bridge/bitcoin/order_code.h"

#include <boost/test/unit_test.hpp>

#include <iostream>
#include <numeric>
#include <random>

using namespace depinsat;
using namespace depinsat::bridge::bitcoin;

namespace {

using Transactions = std::vector<TransactionPtr>;
constexpr uint32_t kEpoch = 0xABCD0123;

/// Two ends of one link.
struct Ends {
    LinkMemory gateway, user;

    /// From one end to the other, acknowledged.
    static void carry(LinkMemory& from, LinkMemory& to, const Transactions& all)
    {
        for (const auto& transaction : all) {
            const uint32_t number = from.sending(transaction);
            to.received(uint16_t(number), transaction);
            from.acknowledged(number);
        }
    }

    DecodedBlock send(const Block& block, size_t* bytes = nullptr)
    {
        const auto view = gateway.view();
        const Bytes coded = encode_for(view, kEpoch, block);
        gateway.confirm(view, block.transactions, true);
        if (bytes)
            *bytes = coded.size();
        auto decoded = decode_coded(coded, user, kEpoch);
        if (decoded.block)
            user.confirm(*decoded.view, decoded.block->transactions, true);
        return decoded;
    }
};

const BlockPtr kBlock = test::recorded_block();
const Transactions kArrival = test::in_order_of_arrival(*kBlock);

size_t bytes_of(const Transactions& all)
{
    return std::accumulate(all.begin(), all.end(), size_t(0),
                           [](size_t sum, const auto& one) { return sum + one->bytes.size(); });
}

/// As the recorded ones, with other signatures: of no block.
Transactions others(size_t count)
{
    Transactions all;
    for (size_t i = 0; i < count; ++i) {
        Bytes bytes = kArrival[i % kArrival.size()]->bytes;
        bytes[bytes.size() - 40] ^= uint8_t(1 + i / kArrival.size());
        all.push_back(parse_transaction(bytes));
    }
    return all;
}

/// One output with a script of so many bytes.
TransactionPtr large(uint32_t script_bytes, uint32_t number)
{
    Bytes bytes;
    Writer out(bytes);
    out.u32(2).compact_size(1).bytes(Hash256{7}).u32(number).compact_size(0).u32(0);
    out.compact_size(1).u64(1000).compact_size(script_bytes).bytes(Bytes(script_bytes, 0x51));
    out.u32(0);
    return parse_transaction(bytes);
}

void tell(const std::string& what, size_t bytes)
{
    std::cout << "bitcoin block, 1001 transactions, " << what << ": " << bytes << " bytes\n";
}

} // namespace

BOOST_AUTO_TEST_CASE(a_block_that_the_link_knows_takes_at_most_2000_bytes)
{
    Ends ends;
    Ends::carry(ends.gateway, ends.user, kArrival);
    size_t bytes = 0;
    const auto decoded = ends.send(*kBlock, &bytes);
    BOOST_REQUIRE(decoded.block);
    BOOST_TEST((serialize(*decoded.block) == serialize(*kBlock)));
    tell("all known", bytes);
    BOOST_TEST(bytes <= 2000u);
}

BOOST_AUTO_TEST_CASE(ten_percent_unknown_take_themselves_and_at_most_2500_bytes)
{
    std::mt19937 random(1);
    Transactions known = kArrival;
    std::ranges::shuffle(known, random);
    const Transactions unknown(known.begin(), known.begin() + 100);
    known = kArrival;
    std::erase_if(known, [&](const auto& one) { return std::ranges::count(unknown, one); });
    Ends ends;
    Ends::carry(ends.gateway, ends.user, known);
    size_t bytes = 0;
    const auto decoded = ends.send(*kBlock, &bytes);
    BOOST_REQUIRE(decoded.block);
    BOOST_TEST((serialize(*decoded.block) == serialize(*kBlock)));
    tell("100 unknown, beside these " + std::to_string(bytes_of(unknown)),
         bytes - bytes_of(unknown));
    BOOST_TEST(bytes <= bytes_of(unknown) + 2500);
}

BOOST_AUTO_TEST_CASE(an_order_that_nothing_predicts_takes_at_most_2000_bytes)
{
    std::mt19937 random(1);
    Transactions shuffled = kArrival;
    std::ranges::shuffle(shuffled, random);
    Ends ends;
    Ends::carry(ends.gateway, ends.user, shuffled);
    size_t bytes = 0;
    BOOST_REQUIRE(ends.send(*kBlock, &bytes).block);
    tell("all known, in random order (log2 of 1000! is 1066 bytes)", bytes);
    BOOST_TEST(bytes <= 2000u);
}

BOOST_AUTO_TEST_CASE(transactions_that_are_not_in_the_block_cost_little)
{
    std::mt19937 random(1);
    Transactions all = kArrival;
    for (auto& other : others(3000)) // anywhere in between
        all.insert(all.begin() + std::ptrdiff_t(random() % (all.size() + 1)), other);
    Ends ends;
    Ends::carry(ends.gateway, ends.user, all);
    size_t bytes = 0;
    BOOST_REQUIRE(ends.send(*kBlock, &bytes).block);
    tell("all known, among 3000 others", bytes);
    BOOST_TEST(bytes <= 2000u);
}

BOOST_AUTO_TEST_CASE(both_directions_count)
{
    const auto half = kArrival.begin() + 500;
    Ends ends;
    Ends::carry(ends.gateway, ends.user, {kArrival.begin(), half});
    Ends::carry(ends.user, ends.gateway, {half, kArrival.end()});
    size_t bytes = 0;
    BOOST_REQUIRE(ends.send(*kBlock, &bytes).block);
    BOOST_TEST(bytes <= 2000u);
}

BOOST_AUTO_TEST_CASE(a_block_that_stands_alone_needs_no_memory)
{
    const Bytes coded = encode_alone(*kBlock);
    tell("standing alone", coded.size());
    const auto decoded = decode_coded(coded, LinkMemory(), 0);
    BOOST_REQUIRE(decoded.block);
    BOOST_TEST((serialize(*decoded.block) == serialize(*kBlock)));
    BOOST_TEST(!decoded.view);
}

BOOST_AUTO_TEST_CASE(what_is_in_flight_is_left_out)
{
    Ends ends;
    std::vector<std::pair<uint32_t, TransactionPtr>> lost;
    for (size_t i = 0; i < kArrival.size(); ++i) {
        const uint32_t number = ends.gateway.sending(kArrival[i]);
        if (i % 50 != 0)
            ends.user.received(uint16_t(number), kArrival[i]);
        if (i % 50 > 2) // some arrived, and it is not known yet
            ends.gateway.acknowledged(number);
    }
    const auto decoded = ends.send(*kBlock);
    BOOST_REQUIRE(decoded.block);
    BOOST_TEST((serialize(*decoded.block) == serialize(*kBlock)));
}

BOOST_AUTO_TEST_CASE(a_side_that_remembers_something_else_says_so)
{
    const auto fault = [](auto change, uint32_t epoch = kEpoch) {
        Ends ends;
        Ends::carry(ends.gateway, ends.user, kArrival);
        change(ends);
        const Bytes coded = encode_for(ends.gateway.view(), kEpoch, *kBlock);
        const auto decoded = decode_coded(coded, ends.user, epoch);
        BOOST_TEST((decoded.header == kBlock->header));
        return decoded.fault;
    };
    BOOST_CHECK(fault([](Ends&) {}) == CodeFault::kNone);
    BOOST_CHECK(fault([](Ends&) {}, 5) == CodeFault::kMemoryDiffers);
    BOOST_CHECK(fault([](Ends& ends) { ends.user = {}; }) == CodeFault::kMemoryDiffers);
    BOOST_CHECK(fault([](Ends& ends) { Ends::carry(ends.gateway, ends.gateway, others(1)); }) ==
                CodeFault::kMemoryDiffers);
    BOOST_CHECK(fault([](Ends& ends) {
                    const auto two = others(2); // the same number, another transaction
                    const uint32_t number = ends.gateway.sending(two[0]);
                    ends.gateway.acknowledged(number);
                    ends.user.received(uint16_t(number), two[1]);
                }) == CodeFault::kMemoryDiffers);
}

BOOST_AUTO_TEST_CASE(confirmed_transactions_stand_back)
{
    Ends ends;
    Ends::carry(ends.gateway, ends.user, kArrival);
    BOOST_REQUIRE(ends.send(*kBlock).block);
    BOOST_TEST(ends.gateway.view().unconfirmed == 0u);
    Block again = *kBlock; // a block beside it, as when two are found at once
    size_t bytes = 0;
    BOOST_REQUIRE(ends.send(again, &bytes).block);
    BOOST_TEST(bytes <= 2000u);

    // Of a block that the user may not have nothing is taken for confirmed.
    Ends other;
    Ends::carry(other.gateway, other.user, kArrival);
    const auto view = other.gateway.view();
    other.gateway.confirm(view, kBlock->transactions, false);
    BOOST_TEST(other.gateway.view().unconfirmed == 1000u);
    BOOST_REQUIRE(other.send(*kBlock).block);
    other.gateway.applied(view.block_number);
    BOOST_TEST(other.gateway.view().unconfirmed == 0u);
}

BOOST_AUTO_TEST_CASE(the_memory_is_bounded_and_stays_the_same_on_both_sides)
{
    Ends ends;
    Ends::carry(ends.gateway, ends.user, others(LinkMemory::kRemembered + 5000));
    Ends::carry(ends.gateway, ends.user, kArrival);
    const auto view = ends.gateway.view();
    BOOST_TEST(view.candidates.size() == LinkMemory::kRemembered);
    BOOST_REQUIRE(ends.send(*kBlock).block);
    BOOST_TEST(!ends.gateway.contains(others(1)[0]->wtxid));
    BOOST_TEST(ends.gateway.contains(kArrival[0]->wtxid));
}

BOOST_AUTO_TEST_CASE(large_transactions_are_remembered_as_far_as_their_bytes_allow)
{
    constexpr uint32_t kBytes = 100'000;
    constexpr size_t kFitting = LinkMemory::kRememberedBytes / kBytes;
    Ends ends;
    Transactions all;
    for (uint32_t i = 0; i < 2 * kFitting; ++i)
        all.push_back(large(kBytes, i));
    Ends::carry(ends.gateway, ends.user, all);
    BOOST_TEST(ends.gateway.view().candidates.size() == kFitting);
    BOOST_TEST(!ends.gateway.contains(all.front()->wtxid));
    BOOST_TEST(ends.gateway.contains(all.back()->wtxid));
    Ends::carry(ends.gateway, ends.user, kArrival);
    BOOST_REQUIRE(ends.send(*kBlock).block);
}

BOOST_AUTO_TEST_CASE(a_damaged_block_never_comes_out_as_another)
{
    Ends ends;
    Ends::carry(ends.gateway, ends.user, kArrival);
    const Bytes coded = encode_for(ends.gateway.view(), kEpoch, *kBlock);
    std::mt19937 random(1);
    for (int i = 0; i < 300; ++i) {
        Bytes bad = coded;
        bad[random() % bad.size()] ^= uint8_t(1u << random() % 8);
        const auto decoded = decode_coded(bad, ends.user, kEpoch);
        if (!decoded.block)
            continue; // else: a header without work, or what the range coder does not read
        Block body = *decoded.block;
        body.header = kBlock->header;
        BOOST_TEST((serialize(body) == serialize(*kBlock)));
    }
    for (size_t size = 0; size < coded.size(); ++size) {
        const auto decoded = decode_coded(std::span(coded).first(size), ends.user, kEpoch);
        BOOST_TEST(!decoded.block);
    }
}

BOOST_AUTO_TEST_CASE(places_come_back)
{
    std::mt19937 random(1);
    for (const uint32_t size : {0u, 1u, 2u, 63u, 64u, 65u, 1000u})
        for (const uint32_t unknown : {0u, 1u, 50u}) {
            std::vector<Place> places;
            for (uint32_t i = 0; i < size; ++i)
                if (random() % 4)
                    places.push_back(i);
            for (uint32_t i = 0; i < size / 10; ++i)
                std::swap(places[random() % places.size()], places[random() % places.size()]);
            for (uint32_t i = 0; i < unknown; ++i)
                places.insert(places.begin() + std::ptrdiff_t(random() % (places.size() + 1)),
                              Place());
            const auto decoded =
                decode_places(encode_places(places, size), places.size(), size);
            BOOST_TEST_CONTEXT("size " << size << ", unknown " << unknown)
            {
                BOOST_REQUIRE(decoded);
                BOOST_TEST((*decoded == places));
            }
        }
}
