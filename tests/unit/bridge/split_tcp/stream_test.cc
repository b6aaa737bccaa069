#include "bridge/split_tcp/stream.h"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <random>

namespace {

using namespace depinsat::bridge::split_tcp;
using Bytes = std::vector<uint8_t>;

constexpr uint64_t kWindow = 65536;

BOOST_AUTO_TEST_CASE(pieces_in_any_order_become_the_stream)
{
    std::mt19937 random(1);
    Sender sender;
    Receiver receiver(kWindow);
    Bytes sent, received;
    std::vector<Data> air;
    while (sent.size() < 1'000'000) {
        while (sender.room() > 0) {
            Bytes bytes(std::min<uint64_t>(sender.room(), 1 + random() % kMaxDataBytes));
            std::ranges::generate(bytes, std::ref(random));
            sent.insert(sent.end(), bytes.begin(), bytes.end());
            air.push_back(sender.send(std::move(bytes)));
        }
        std::ranges::shuffle(air, random);
        for (Data& data : air)
            BOOST_REQUIRE(receiver.take(std::move(data)));
        air.clear();
        const Bytes bytes = receiver.next();
        received.insert(received.end(), bytes.begin(), bytes.end());
        const auto credit = receiver.consumed(bytes.size());
        BOOST_REQUIRE(credit);
        sender.credit(*credit);
    }
    BOOST_TEST(receiver.take(End{sender.offset()}));
    BOOST_TEST(receiver.ended());
    BOOST_TEST((received == sent));
}

BOOST_AUTO_TEST_CASE(an_end_that_comes_early_waits_for_the_bytes)
{
    Receiver receiver(kWindow);
    BOOST_TEST(receiver.take(End{3}));
    BOOST_TEST(!receiver.ended());
    BOOST_TEST(receiver.take(Data{1, {2, 3}}));
    BOOST_TEST(receiver.next().empty());
    BOOST_TEST(receiver.take(Data{0, {1}}));
    BOOST_TEST((receiver.next() == Bytes{1, 2, 3}));
    BOOST_TEST(receiver.ended());
    BOOST_TEST(!receiver.take(Data{3, {4}}));
}

BOOST_AUTO_TEST_CASE(what_breaks_the_rules_is_refused)
{
    Receiver receiver(kWindow);
    BOOST_TEST(receiver.take(Data{10, Bytes(10)}));
    BOOST_TEST(!receiver.take(Data{10, Bytes(10)}));
    BOOST_TEST(!receiver.take(Data{5, Bytes(6)}));
    BOOST_TEST(!receiver.take(Data{19, Bytes(1)}));
    BOOST_TEST(!receiver.take(Data{0, {}}));
    BOOST_TEST(!receiver.take(Data{kFirstCredit, Bytes(1)}));
    BOOST_TEST(!receiver.take(Data{UINT64_MAX, Bytes(2)}));
    BOOST_TEST(!receiver.take(End{19}));
    BOOST_TEST(!receiver.take(End{kFirstCredit + 1}));
    BOOST_TEST(receiver.take(End{20}));
    BOOST_TEST(!receiver.take(End{20}));
}

BOOST_AUTO_TEST_CASE(pieces_behind_a_gap_are_bounded)
{
    Receiver receiver(kWindow);
    for (size_t i = 0; i < kMaxPieces; ++i)
        BOOST_REQUIRE(receiver.take(Data{1 + 2 * i, {0}}));
    BOOST_TEST(!receiver.take(Data{1 + 2 * kMaxPieces, {0}}));
}

BOOST_AUTO_TEST_CASE(credit_comes_by_half_windows_and_never_beyond_what_is_consumed)
{
    Receiver receiver(kWindow);
    const auto first = receiver.consumed(0);
    BOOST_REQUIRE(first);
    BOOST_TEST(first->limit == kWindow);
    BOOST_TEST(!receiver.consumed(0));
    for (uint64_t offset = 0; offset < kWindow; offset += 4096)
        BOOST_REQUIRE(receiver.take(Data{offset, Bytes(4096)}));
    BOOST_TEST(receiver.next().size() == kWindow);
    BOOST_TEST(!receiver.consumed(kWindow / 2 - 1));
    const auto second = receiver.consumed(1);
    BOOST_REQUIRE(second);
    BOOST_TEST(second->limit == kWindow + kWindow / 2);
}

BOOST_AUTO_TEST_CASE(an_old_credit_changes_nothing)
{
    Sender sender;
    sender.credit({kFirstCredit + 100});
    sender.credit({kFirstCredit});
    BOOST_TEST(sender.room() == kFirstCredit + 100);
    sender.send(Bytes(100));
    BOOST_TEST(sender.room() == kFirstCredit);
    BOOST_TEST(sender.offset() == 100);
}

} // namespace
