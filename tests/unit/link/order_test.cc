// Which message goes first, and which no longer goes.
#include "simulated_path.h"

#include <boost/test/unit_test.hpp>

using namespace depinsat::link;
using namespace depinsat::link::test;

namespace {

struct Connected {
    TwoKeys keys;
    std::unique_ptr<Station> user = keys.make_user(), gateway = keys.make_gateway();
    Path path{PathConfig{}};

    Connected()
    {
        path.run(*user, *gateway, seconds(3));
        BOOST_TEST_REQUIRE(user->link.peer_is_up(user->peer_key));
    }

    MessageId send(Bytes bytes, Class message_class, Time deadline)
    {
        return user->link.send(user->peer_key, message_of(std::move(bytes), message_class),
                               path.now, deadline);
    }
    std::vector<size_t> sizes_received() const
    {
        std::vector<size_t> sizes;
        for (const Message& message : gateway->received)
            sizes.push_back(message.bytes.size());
        return sizes;
    }
};

constexpr Time kLater = std::chrono::hours(1);

} // namespace

BOOST_AUTO_TEST_CASE(a_high_message_waits_for_no_more_than_the_frame_on_air)
{
    Connected link;
    link.send(random_bytes(500000, 1), Class::kBulk, kLater);
    link.path.run(*link.user, *link.gateway, link.path.now + seconds(1));
    const Time asked = link.path.now;
    link.send(random_bytes(200, 2), Class::kTransaction, kLater);
    link.path.run(*link.user, *link.gateway, asked + seconds(5),
                  [&] { return !link.gateway->received.empty(); });
    BOOST_TEST(link.gateway->received.front().bytes.size() == 200u);
    BOOST_TEST((link.path.now - asked <= milliseconds(250 + 2 * 10)));
}

BOOST_AUTO_TEST_CASE(within_a_priority_the_earlier_deadline_goes_first)
{
    Connected link;
    const Time now = link.path.now;
    link.send(random_bytes(2003, 1), Class::kBulk, now + seconds(30));
    link.send(random_bytes(2002, 2), Class::kBulk, now + seconds(20));
    link.send(random_bytes(2001, 3), Class::kTransaction, now + seconds(900));
    link.send(random_bytes(2000, 4), Class::kTransaction, now + seconds(10));
    link.path.run(*link.user, *link.gateway, now + seconds(3));
    BOOST_TEST(link.sizes_received() == std::vector<size_t>({2000, 2001, 2002, 2003}));
}

BOOST_AUTO_TEST_CASE(an_expired_message_is_reported_and_its_rest_not_sent)
{
    Connected link;
    const MessageId id =
        link.send(random_bytes(500000, 1), Class::kBulk, link.path.now + seconds(1));
    link.path.run(*link.user, *link.gateway, link.path.now + seconds(10));
    BOOST_TEST((link.user->outcomes.at(id) == std::vector{Outcome::kNotDone}));
    BOOST_TEST(link.gateway->received.empty());
    BOOST_TEST(link.user->link.stats().packet_bytes_sent < 110u * 890);
    link.send(random_bytes(10, 1), Class::kBulk, kLater);
    link.path.run(*link.user, *link.gateway, link.path.now + seconds(2));
    BOOST_TEST(link.sizes_received() == std::vector<size_t>{10});
}

BOOST_AUTO_TEST_CASE(a_message_expires_though_there_never_was_a_session)
{
    const TwoKeys keys;
    const auto user = keys.make_user(), gateway = keys.make_gateway();
    Path path({});
    path.cut[0] = true;
    const MessageId id =
        user->link.send(user->peer_key, message_of({1}), path.now, path.now + seconds(2));
    BOOST_TEST((user->link.next_timer() <= path.now + seconds(2)));
    path.run(*user, *gateway, seconds(3));
    BOOST_TEST((user->outcomes.at(id) == std::vector{Outcome::kNotDone}));
}

BOOST_AUTO_TEST_CASE(send_refuses_strangers_long_messages_and_full_queues)
{
    Connected link;
    Link& user = link.user->link;
    BOOST_TEST(user.send(PublicKey{9}, message_of({1}), link.path.now, kLater) == 0u);
    BOOST_TEST(link.send(Bytes((1 << 20) + 1), Class::kBulk, kLater) == 0u);
    size_t taken = 0;
    while (taken < 100 && link.send(Bytes(1 << 20), Class::kBulk, kLater))
        ++taken;
    BOOST_TEST(taken == 15u); // 16 MiB with what each message costs besides
    size_t empty = 0;
    while (empty < 1000000 && link.send({}, Class::kBulk, kLater))
        ++empty;
    BOOST_TEST(empty < 5000u);
}

BOOST_AUTO_TEST_CASE(the_longest_message_arrives)
{
    Connected link;
    const Bytes bytes = random_bytes(1 << 20, 1);
    link.path.config.impairments.loss = 0.05;
    BOOST_TEST(link.send(bytes, Class::kTransaction, kLater) != 0u);
    link.path.run(*link.user, *link.gateway, seconds(60));
    BOOST_TEST_REQUIRE(link.gateway->received.size() == 1u);
    BOOST_TEST((link.gateway->received[0].bytes == bytes));
    BOOST_TEST((link.gateway->received[0].message_class == Class::kTransaction));
}

BOOST_AUTO_TEST_CASE(an_answer_may_be_sent_from_within_the_event)
{
    Connected link;
    link.gateway->answer = [&](const Message& message) {
        link.gateway->link.send(link.gateway->peer_key, message, link.path.now, kLater);
    };
    link.send(random_bytes(100, 5), Class::kTransaction, kLater);
    link.path.run(*link.user, *link.gateway, link.path.now + seconds(2));
    BOOST_TEST_REQUIRE(link.user->received.size() == 1u);
    BOOST_TEST(link.user->received[0].bytes == random_bytes(100, 5));
}

BOOST_AUTO_TEST_CASE(overhead_is_22_bytes_a_packet_and_at_most_8_a_segment)
{
    Connected link;
    link.path.run(*link.user, *link.gateway, link.path.now + milliseconds(770)); // no ping due
    const auto before = link.user->link.stats();
    for (int i = 0; i < 3; ++i)
        link.send(random_bytes(100, 1), Class::kTransaction, kLater);
    Bytes frame(890);
    link.user->link.fill(1u << 30, frame, link.path.now);
    const auto& after = link.user->link.stats();
    BOOST_TEST(after.segments_sent - before.segments_sent == 3u);
    // An acknowledgement or a ping may travel along.
    BOOST_TEST(after.packet_bytes_sent - before.packet_bytes_sent <= 22u + 3 * 107 + 7 + 1);
    BOOST_TEST(after.packet_bytes_sent - before.packet_bytes_sent >= 22u + 3 * 107);
}
