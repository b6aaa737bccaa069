// Runs of senders and receivers: what a restart, an old disk or a change of keys can do.
#include "group_world.h"

#include <boost/test/unit_test.hpp>

#include <set>
#include <string>

using namespace depinsat;
using namespace depinsat::link;
using namespace depinsat::link::test;

BOOST_AUTO_TEST_CASE(a_receiver_that_starts_again_takes_no_replay)
{
    Pair pair;
    std::vector<Bytes> all;
    for (const size_t size : {10, 5000, 20, 60000}) {
        pair.sender->say(seeded_bytes(size, unsigned(size)));
        for (Bytes& frame : pair.sender->all_frames())
            all.push_back(std::move(frame));
    }
    for (unsigned run = 0; run < 3; ++run) {
        for (const Bytes& frame : all)
            pair.receiver->hear(frame);
        BOOST_TEST(pair.receiver->received.size() == (run ? 0u : 4u));
        pair.start_receiver();
    }
    pair.sender->say(Bytes(30));
    for (const Bytes& frame : pair.sender->all_frames())
        pair.receiver->hear(frame);
    BOOST_TEST(pair.receiver->received.size() == 1u);
}

BOOST_AUTO_TEST_CASE(a_receiver_that_starts_again_needs_no_opening)
{
    Pair pair;
    pair.sender->say(Bytes(10));
    for (const Bytes& frame : pair.sender->all_frames())
        pair.receiver->hear(frame);
    pair.start_receiver();
    pair.sender->say(Bytes(20));
    for (const Bytes& frame : pair.sender->all_frames())
        for (const Bytes& packet : packets_of(frame))
            if (read_group_header(packet)->counter != kOpeningCounter)
                pair.receiver->hear(frame_of(packet));
    BOOST_TEST(pair.receiver->received.size() == 1u);
}

BOOST_AUTO_TEST_CASE(a_sender_that_starts_again_is_heard_and_its_earlier_run_is_not)
{
    Pair pair;
    pair.sender->say(Bytes(10));
    const auto before = pair.sender->all_frames();
    pair.start_sender();
    pair.sender->say(Bytes(20));
    for (const Bytes& frame : pair.sender->all_frames())
        pair.receiver->hear(frame);
    BOOST_TEST_REQUIRE(pair.receiver->received.size() == 1u);
    for (const Bytes& frame : before)
        pair.receiver->hear(frame);
    BOOST_TEST(pair.receiver->received.size() == 1u);
}

BOOST_AUTO_TEST_CASE(packets_that_come_before_the_opening_are_not_lost)
{
    Pair pair;
    pair.sender->say(seeded_bytes(30000, 1));
    std::vector<Bytes> openings, others;
    for (const Bytes& frame : pair.sender->all_frames())
        for (const Bytes& packet : packets_of(frame))
            (read_group_header(packet)->counter == kOpeningCounter ? openings : others)
                .push_back(packet);
    for (const Bytes& packet : others)
        pair.receiver->hear(frame_of(packet));
    BOOST_TEST(pair.receiver->received.empty());
    pair.receiver->hear(frame_of(openings.at(0)));
    BOOST_TEST(pair.receiver->received.size() == 1u);
}

// The disk of the sender is a copy, and each run says the same under the same counters: were a
// key used twice, two packets would be equal, or their difference would be that of the
// messages.
BOOST_AUTO_TEST_CASE(no_key_is_used_twice_even_from_an_old_disk)
{
    Pair pair;
    pair.sender->say(Bytes(10));
    pair.sender->all_frames();
    const MemoryStore old = pair.sender_store;
    std::set<std::string> salts, packets;
    size_t sealed = 0;
    for (unsigned run = 0; run < 50; ++run) {
        pair.sender_store = old;
        pair.start_sender();
        pair.sender->say(Bytes(10));
        for (const Bytes& frame : pair.sender->all_frames())
            for (const Bytes& packet : packets_of(frame)) {
                const bool opening = read_group_header(packet)->counter == kOpeningCounter;
                (opening ? salts : packets).emplace(packet.begin(), packet.end());
                sealed += !opening;
            }
    }
    BOOST_TEST(salts.size() >= 50u);
    BOOST_TEST(packets.size() == sealed);
}

BOOST_AUTO_TEST_CASE(a_run_is_taken_in_the_store_before_anything_is_sealed_in_it)
{
    Pair pair;
    const GroupKeys keys(pair.key, pair.sender->keys.public_key);
    BOOST_TEST(!pair.sender_store.get(Record::kGroupCounter, keys.name()).has_value());
    pair.sender->say(Bytes(10));
    const auto record = pair.sender_store.get(Record::kGroupCounter, keys.name());
    BOOST_TEST_REQUIRE(record.has_value());
    const uint32_t first = read_u32(std::span(*record).first<4>());
    pair.start_sender();
    pair.sender->say(Bytes(10));
    const auto second = pair.sender_store.get(Record::kGroupCounter, keys.name());
    BOOST_TEST(read_u32(std::span(*second).first<4>()) > first);
}

BOOST_AUTO_TEST_CASE(a_clock_makes_up_for_an_old_disk)
{
    Pair pair;
    const auto start = [&pair](uint32_t seconds) {
        pair.sender_store = {};
        pair.start_sender();
        Group group = group_of(1, pair.key, {});
        group.sends = true;
        group.least_run = seconds;
        pair.sender->link.join(group); // before anything was sent
        pair.sender->say(Bytes(10));
        for (const Bytes& frame : pair.sender->all_frames())
            pair.receiver->hear(frame);
    };
    start(1000);
    start(2000);
    BOOST_TEST(pair.receiver->received.size() == 2u);
    start(1500);
    BOOST_TEST(pair.receiver->received.size() == 2u);
}

BOOST_AUTO_TEST_CASE(a_member_that_does_not_get_the_new_key_hears_no_more)
{
    Pair pair;
    MemoryStore store;
    Member removed(station_key(3), store);
    removed.link.join(group_of(1, pair.key, {sender_of(station_key(1))}));
    Group renewed = group_of(1, group_key(10), {});
    renewed.keys.push_back(pair.key);
    renewed.sends = true;
    const MessageId waits = pair.sender->say(Bytes(5000));
    pair.sender->link.join(renewed);
    BOOST_TEST((pair.sender->outcomes[waits] == std::vector{Outcome::kNotDone}));
    renewed.sends = false;
    renewed.senders = {sender_of(station_key(1))};
    pair.receiver->link.join(renewed);
    pair.sender->say(Bytes(10));
    for (const Bytes& frame : pair.sender->all_frames()) {
        pair.receiver->hear(frame);
        removed.hear(frame);
    }
    BOOST_TEST(pair.receiver->received.size() == 1u);
    BOOST_TEST(removed.received.empty());
    pair.receiver->link.leave(1);
    pair.sender->say(Bytes(10));
    for (const Bytes& frame : pair.sender->all_frames())
        pair.receiver->hear(frame);
    BOOST_TEST(pair.receiver->received.size() == 1u);
}

BOOST_AUTO_TEST_CASE(joining_again_with_the_same_key_loses_nothing)
{
    Pair pair;
    pair.sender->say(seeded_bytes(20000, 6));
    Group own = group_of(1, pair.key, {});
    own.sends = true;
    unsigned i = 0;
    while (pair.receiver->received.empty() && i < 200) {
        pair.receiver->hear(pair.sender->frame());
        if (++i % 5 == 0) {
            pair.sender->link.join(own);
            pair.receiver->link.join(group_of(
                1, pair.key, {sender_of(station_key(1)), sender_of(station_key(i % 100 + 3))}));
        }
    }
    BOOST_TEST(pair.receiver->received.size() == 1u);
}

BOOST_AUTO_TEST_CASE(a_group_that_cannot_be_is_refused)
{
    Pair pair;
    const auto refused = [&pair](auto change) {
        Group group = group_of(2, pair.key, {sender_of(station_key(5))});
        change(group);
        BOOST_CHECK_THROW(pair.receiver->link.join(group), std::invalid_argument);
    };
    refused([](Group& g) { g.keys.clear(); });
    refused([](Group& g) { g.keys.push_back(g.keys[0]); });
    refused([](Group& g) { g.senders.clear(); });
    refused([](Group& g) { g.senders.push_back(g.senders[0]); });
    refused([&](Group& g) { g.senders[0].station = pair.receiver->keys.public_key; });
    refused([](Group& g) { g.loss = 0.6; });
    refused([](Group& g) { g.loss = -0.1; });
    Refusal why{};
    BOOST_TEST(pair.receiver->link.send_group(1, {}, Time(0), kForever, &why) == 0u);
    BOOST_TEST((why == Refusal::kStranger));
    pair.sender->link.send_group(1, {Class::kBulk, 1, Bytes((1 << 20) + 1)}, Time(0), kForever,
                                 &why);
    BOOST_TEST((why == Refusal::kTooLong));
    pair.sender->link.send_group(1, {Class::kBulk, 1, Bytes(1)}, Time(0), Time(1000), &why);
    BOOST_TEST((why == Refusal::kTooLate));
    while (pair.sender->link.send_group(1, {Class::kBulk, 1, Bytes(1 << 20)}, Time(0), kForever,
                                        &why)) {
    }
    BOOST_TEST((why == Refusal::kQueueFull));
}
