// Messages to a group arrive at all of its members, once, without a word from them.
#include "group_world.h"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

using namespace depinsat;
using namespace depinsat::link;
using namespace depinsat::link::test;

namespace {

/// Fits into a signed packet of a frame of 800 bytes.
constexpr size_t kWhole = 800 - 4 - 22 - 9 - 65;

const size_t kSizes[] = {0, 1, kWhole - 1, kWhole, kWhole + 1, 772, 773, 5000, 100000, 1 << 20};

} // namespace

BOOST_DATA_TEST_CASE(a_message_of_any_length_arrives_once_at_each_receiver, kSizes, size)
{
    Pair pair;
    const Bytes sent = seeded_bytes(size, 1);
    const MessageId id = pair.sender->say(sent);
    const auto frames = pair.sender->all_frames();
    BOOST_TEST((pair.sender->outcomes[id] == std::vector{Outcome::kUnknown}));
    for (unsigned seed = 0; seed < 20; ++seed) {
        pair.receiver_store = {};
        pair.start_receiver();
        std::mt19937 random(seed);
        for (const Bytes& frame : frames)
            if (random() % 10 != 0)
                pair.receiver->hear(frame);
        BOOST_TEST_REQUIRE(pair.receiver->received.size() == 1u, "seed " << seed);
        const auto& one = pair.receiver->received[0];
        BOOST_TEST((one.message.bytes == sent));
        BOOST_TEST((one.sender == pair.sender->keys.public_key));
        BOOST_TEST(one.group == 1);
        BOOST_TEST(one.message.kind == 7);
        BOOST_TEST((one.message.message_class == Class::kBulk));
    }
}

BOOST_DATA_TEST_CASE(frames_of_any_length_carry_an_object,
                     std::vector<size_t>({128, 240, 399, 400, 4000, 4097, 4098, 8000}),
                     frame_bytes)
{
    Pair pair;
    const Bytes sent = seeded_bytes(60000, 1);
    pair.sender->say(sent);
    size_t bytes = 0;
    for (const Bytes& frame : pair.sender->all_frames(frame_bytes)) {
        if (pair.receiver->received.empty())
            bytes += frame.size();
        pair.receiver->hear(frame);
    }
    BOOST_TEST_REQUIRE(pair.receiver->received.size() == 1u);
    BOOST_TEST((pair.receiver->received[0].message.bytes == sent));
    BOOST_TEST(double(bytes) <= 60000 * (frame_bytes < 240 ? 1.75 : 1.25));
}

BOOST_AUTO_TEST_CASE(a_key_goes_with_its_message)
{
    Pair pair;
    for (const size_t size : {10, 3000}) {
        Message message{Class::kTransaction, 3, seeded_bytes(size, 2)};
        message.key.emplace().fill(uint8_t(size));
        pair.sender->link.send_group(1, message, Time(0), kForever);
        for (const Bytes& frame : pair.sender->all_frames())
            pair.receiver->hear(frame);
        const Message& got = pair.receiver->received.back().message;
        BOOST_TEST((got.bytes == message.bytes && got.key == message.key));
    }
    BOOST_TEST(pair.receiver->received.size() == 2u);
}

BOOST_AUTO_TEST_CASE(who_comes_late_still_gets_an_object)
{
    Pair pair;
    pair.sender->say(seeded_bytes(100000, 3));
    const auto frames = pair.sender->all_frames();
    for (size_t i = 12; i < frames.size(); ++i)
        pair.receiver->hear(frames[i]);
    BOOST_TEST(pair.receiver->received.size() == 1u);
}

BOOST_AUTO_TEST_CASE(frames_that_did_not_go_out_are_made_up_for)
{
    Pair pair;
    for (const size_t size : {100, 20000}) {
        pair.receiver->received.clear();
        pair.sender->say(seeded_bytes(size, 4));
        for (unsigned i = 0; i < 400; ++i) {
            Bytes frame(800);
            const uint64_t sequence = ++pair.sender->sequence;
            const bool filled = pair.sender->link.fill(sequence, frame, pair.sender->now) != 0;
            pair.sender->now += kFrameTime;
            if (filled && i % 3 == 0) {
                pair.sender->link.sent(sequence, pair.sender->now);
                pair.receiver->hear(frame);
            } else if (filled) {
                pair.sender->link.not_sent(sequence, pair.sender->now);
            }
        }
        BOOST_TEST(pair.receiver->received.size() == 1u);
    }
}

BOOST_AUTO_TEST_CASE(nothing_is_sent_after_its_deadline)
{
    Pair pair;
    const Time deadline = std::chrono::seconds(2);
    const MessageId early = pair.sender->say(Bytes(100), Class::kBulk, deadline);
    const MessageId long_one = pair.sender->say(Bytes(1 << 20), Class::kBulk, deadline);
    Time last{};
    while (pair.sender->now < std::chrono::seconds(5))
        if (!pair.sender->frame().empty())
            last = pair.sender->now - kFrameTime;
    BOOST_TEST((last < deadline - std::chrono::milliseconds(250)));
    BOOST_TEST((pair.sender->outcomes[early] == std::vector{Outcome::kUnknown}));
    BOOST_TEST((pair.sender->outcomes[long_one] == std::vector{Outcome::kNotDone}));
}

BOOST_AUTO_TEST_CASE(a_message_of_an_urgent_class_overtakes_an_object)
{
    Pair pair;
    pair.sender->say(Bytes(1 << 20));
    for (unsigned i = 0; i < 50; ++i)
        pair.receiver->hear(pair.sender->frame());
    pair.sender->say(Bytes(100, 1), Class::kDuty);
    pair.receiver->hear(pair.sender->frame());
    pair.receiver->hear(pair.sender->frame());
    BOOST_TEST_REQUIRE(pair.receiver->received.size() == 1u);
    BOOST_TEST((pair.receiver->received[0].message.message_class == Class::kDuty));
}

BOOST_AUTO_TEST_CASE(objects_of_several_messages_do_not_mix)
{
    Pair pair;
    std::vector<Bytes> sent;
    for (unsigned i = 0; i < 12; ++i) {
        sent.push_back(seeded_bytes(3000 + 997 * i, i));
        pair.sender->say(sent.back(), Class(i % kClasses), kForever + Time(i));
    }
    for (const Bytes& frame : pair.sender->all_frames())
        pair.receiver->hear(frame);
    BOOST_TEST_REQUIRE(pair.receiver->received.size() == sent.size());
    for (const auto& one : pair.receiver->received)
        BOOST_TEST(std::count(sent.begin(), sent.end(), one.message.bytes) == 1);
}

BOOST_AUTO_TEST_CASE(a_group_takes_its_share_beside_sessions)
{
    const KeyPair user_key = station_key(3);
    Pair pair;
    pair.start_sender({user_key.public_key});
    MemoryStore store;
    Member user(user_key, store, {pair.sender->keys.public_key}, true);
    user.link.join(group_of(1, pair.key, {sender_of(station_key(1))}));
    const Bytes object = seeded_bytes(50000, 5);
    unsigned frames = 0;
    for (; user.received.empty() && frames < 2000; ++frames) {
        pair.sender->hear(user.frame());
        user.hear(pair.sender->frame());
        if (frames == 20) {
            BOOST_TEST_REQUIRE(pair.sender->link.peer_is_up(user_key.public_key));
            pair.sender->say(object, Class::kBulk);
            for (unsigned i = 0; i < 500; ++i) {
                pair.sender->link.send(user_key.public_key, {Class::kBulk, 1, Bytes(1000)},
                                       pair.sender->now, kForever);
                user.link.send(pair.sender->keys.public_key, {Class::kBulk, 1, Bytes(100)},
                               user.now, kForever); // so that each frame carries reports, too
            }
        }
    }
    BOOST_TEST_REQUIRE(user.received.size() == 1u);
    BOOST_TEST((user.received[0].message.bytes == object));
    BOOST_TEST(frames < 20 + 3 * 50000 / 800);
    BOOST_TEST(user.from_peers > 40u);
}

BOOST_AUTO_TEST_CASE(two_groups_and_two_senders_are_told_apart)
{
    const KeyPair first = station_key(1), second = station_key(2);
    MemoryStore stores[3];
    Member a(first, stores[0]), b(second, stores[1]), hearer(station_key(3), stores[2]);
    for (const GroupId id : {1, 2}) {
        const Key key = group_key(uint8_t(id));
        auto of_a = group_of(id, key, {sender_of(second)}),
             of_b = group_of(id, key, {sender_of(first)});
        of_a.sends = of_b.sends = true;
        a.link.join(of_a);
        b.link.join(of_b);
        hearer.link.join(group_of(id, key, {sender_of(first), sender_of(second)}));
    }
    for (const GroupId id : {1, 2})
        for (Member* sender : {&a, &b}) {
            sender->link.send_group(id, {Class::kBulk, 1, Bytes{uint8_t(id)}}, sender->now,
                                    kForever);
            for (const Bytes& frame : sender->all_frames()) {
                hearer.hear(frame);
                (sender == &a ? b : a).hear(frame);
                sender->hear(frame); // as the satellite repeats it
            }
        }
    BOOST_TEST_REQUIRE(hearer.received.size() == 4u);
    BOOST_TEST(a.received.size() == 2u);
    BOOST_TEST(b.received.size() == 2u);
    for (const auto& one : hearer.received)
        BOOST_TEST((one.message.bytes == Bytes{uint8_t(one.group)}));
    BOOST_TEST((hearer.received[1].sender == second.public_key));
}
