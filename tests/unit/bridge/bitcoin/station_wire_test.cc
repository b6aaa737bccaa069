#include "bridge/bitcoin/station_wire.h"

#include "bitcoin_vectors.h"
#include "bridge/bitcoin/network.h"

#include <boost/test/unit_test.hpp>

#include <numeric>

using namespace depinsat;
using namespace depinsat::bridge::bitcoin;

BOOST_AUTO_TEST_CASE(a_subscription_comes_back)
{
    const Subscription sent{2, 0xDEADBEEF, true, false, 1000, 64000, {{1}, {2}}};
    const Bytes bytes = encode(sent);
    BOOST_TEST((decode_subscription(bytes) == sent));
    for (size_t size = 0; size < bytes.size(); ++size)
        BOOST_TEST(!decode_subscription(std::span(bytes).first(size)));
    Subscription long_one = sent;
    long_one.locator.resize(kMaxStationLocator + 1);
    BOOST_TEST(!decode_subscription(encode(long_one)));
}

BOOST_AUTO_TEST_CASE(a_run_of_headers_takes_48_bytes_each)
{
    std::vector<BlockHeader> headers;
    BlockHeader header = find_network("regtest")->genesis;
    for (uint32_t i = 0; i < 5; ++i) {
        header.previous = hash_of(header);
        header.nonce = i;
        headers.push_back(header);
    }
    const Bytes bytes = encode_run(headers);
    BOOST_TEST(bytes.size() == 32 + 5 * 48u);
    BOOST_TEST((decode_run(bytes) == headers));
    BOOST_TEST(!decode_run(std::span(bytes).first(bytes.size() - 1)));
    BOOST_TEST(!decode_run(Bytes(32 + 48 * (kMaxStationHeaders + 1))));
    BOOST_TEST(!decode_run({}));
}

BOOST_AUTO_TEST_CASE(transactions_come_back_with_their_numbers)
{
    const auto block = test::recorded_block();
    const Carried sent{7, 0x1234, {block->transactions[1], block->transactions[2]}};
    const Bytes bytes = encode(sent);
    const auto carried = decode_carried(bytes);
    BOOST_REQUIRE(carried);
    BOOST_TEST(carried->epoch == 7);
    BOOST_REQUIRE(carried->transactions.size() == 2u);
    BOOST_TEST(carried->first == 0x1234);
    BOOST_TEST((carried->transactions[1]->wtxid == block->transactions[2]->wtxid));
    BOOST_TEST(!decode_carried(std::span(bytes).first(bytes.size() - 1)));
}

BOOST_AUTO_TEST_CASE(a_request_comes_back)
{
    const auto request = decode_block_request(encode(BlockRequest{{3}, BlockForm::kCompact}));
    BOOST_REQUIRE(request);
    BOOST_TEST((request->hash == Hash256{3}));
    BOOST_CHECK(request->form == BlockForm::kCompact);
    BOOST_TEST(!decode_block_request(Bytes(33, 9)));
    BOOST_TEST(!decode_block_request(Bytes(32)));
}

BOOST_AUTO_TEST_CASE(parts_join_in_any_order_and_are_bounded)
{
    for (const size_t size :
         {size_t(0), size_t(1), kPartBytes, kPartBytes + 1, 3 * kPartBytes}) {
        Bytes body(size);
        std::iota(body.begin(), body.end(), uint8_t(0));
        auto parts = split(body, 9);
        BOOST_TEST(parts.size() == std::max<size_t>(1, (size + kPartBytes - 1) / kPartBytes));
        Joiner joiner;
        std::ranges::reverse(parts);
        for (size_t i = 0; i + 1 < parts.size(); ++i)
            BOOST_TEST(!joiner.take(parts[i]));
        const auto joined = joiner.take(parts.back());
        BOOST_REQUIRE(joined);
        BOOST_TEST((*joined == body));
    }
    Joiner joiner;
    const Bytes two(kPartBytes + 1);
    for (uint32_t transfer = 0; transfer < 100; ++transfer)
        BOOST_TEST(!joiner.take(split(two, transfer)[0]));
    BOOST_TEST(!joiner.take(split(two, 3)[1])); // was given up
    BOOST_TEST(joiner.take(split(two, 99)[1]).has_value());
    BOOST_TEST(!joiner.take(Bytes{0, 0, 0, 0, 0, 0}));
    BOOST_TEST(!joiner.take(Bytes{200, 0, 0, 0, 0, 0}));
    BOOST_TEST(!joiner.take({}));
}
