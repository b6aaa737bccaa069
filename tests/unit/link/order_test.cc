// Which message goes first, and which no longer goes.
#include "simulated_path.h"

#include <boost/test/unit_test.hpp>

using namespace depinsat::link;
using namespace depinsat::link::test;

namespace {

struct Connected {
    TwoKeys keys;
    std::unique_ptr<Station> user = keys.make_user(), gateway = keys.make_gateway();
    Path path{AirConfig{}};

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
    for (const int frames : {0, 2}) {
        Connected link;
        const uint64_t before = link.user->link.stats().packet_bytes_sent;
        const MessageId id =
            link.send(random_bytes(5000, 1), Class::kBulk, link.path.now + seconds(1));
        BOOST_TEST_REQUIRE(id != 0u);
        link.path.run(*link.user, *link.gateway, link.path.now + frames * milliseconds(10));
        link.path.modem_runs[0] = false;
        link.path.run(*link.user, *link.gateway, link.path.now + seconds(2));
        link.path.modem_runs[0] = true;
        link.path.run(*link.user, *link.gateway, link.path.now + seconds(10));
        BOOST_TEST((link.user->outcomes.at(id) == std::vector{Outcome::kNotDone}));
        BOOST_TEST(link.gateway->received.empty());
        BOOST_TEST(link.user->link.stats().packet_bytes_sent - before < 3000u);
        link.send(random_bytes(10, 1), Class::kBulk, kLater);
        link.path.run(*link.user, *link.gateway, link.path.now + seconds(2));
        BOOST_TEST(link.sizes_received() == std::vector<size_t>{10});
    }
}

BOOST_AUTO_TEST_CASE(what_was_on_air_at_its_deadline_is_unknown_unless_acknowledged)
{
    for (const bool heard : {true, false}) {
        Connected link;
        link.path.cut[1] = !heard;
        const MessageId id =
            link.send(random_bytes(500, 1), Class::kBulk, link.path.now + milliseconds(400));
        link.path.run(*link.user, *link.gateway, link.path.now + seconds(3));
        const auto expected = heard ? Outcome::kDone : Outcome::kUnknown;
        BOOST_TEST((link.user->outcomes.at(id) == std::vector{expected}));
        BOOST_TEST(link.gateway->received.size() == 1u);
    }
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

BOOST_AUTO_TEST_CASE(overhead_is_22_bytes_a_packet_and_6_a_segment)
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
    BOOST_TEST(after.packet_bytes_sent - before.packet_bytes_sent <= 22u + 3 * 106 + 7 + 1);
    BOOST_TEST(after.packet_bytes_sent - before.packet_bytes_sent >= 22u + 3 * 106);
}

BOOST_AUTO_TEST_CASE(a_frame_is_full_while_anything_waits)
{
    for (const size_t bytes : {120, 200, 500, 890, 4000, 7274}) {
        Connected link;
        link.send(random_bytes(500000, 1), Class::kBulk, kLater);
        for (int i = 0; i < 100; ++i)
            link.send(random_bytes(200, 2), Class::kTransaction, kLater);
        Bytes frame(bytes);
        for (int i = 0; i < 20; ++i) {
            const size_t used = link.user->link.fill(1u << 30, frame, link.path.now);
            // No room for a segment of one grain, or for a packet of its own.
            BOOST_TEST(used + (bytes > 4000 ? 64 : 14) > bytes);
        }
    }
}

BOOST_AUTO_TEST_CASE(what_cannot_arrive_in_time_is_refused_at_once)
{
    Connected link; // 890 bytes each 10 ms, of which it is told that they last 100 ms
    const Time now = link.path.now;
    const auto refused = [&](size_t bytes, Class c, Time lifetime) {
        Refusal why{};
        link.user->link.send(link.user->peer_key, message_of(random_bytes(bytes, 1), c), now,
                             now + lifetime, &why);
        return why;
    };
    BOOST_TEST((refused(10, Class::kDuty, milliseconds(350)) == Refusal::kTooLate));
    BOOST_TEST((refused(10, Class::kDuty, milliseconds(360)) == Refusal::kNone));
    BOOST_TEST((refused(89000, Class::kBlock, seconds(9)) == Refusal::kTooLate));
    BOOST_TEST((refused(89000, Class::kBlock, seconds(11)) == Refusal::kNone));
    BOOST_TEST((refused(89000, Class::kBlock, seconds(11)) == Refusal::kTooLate));
    BOOST_TEST((refused(500, Class::kBulk, seconds(5)) == Refusal::kTooLate));
    BOOST_TEST((refused(500, Class::kInteractive, seconds(5)) == Refusal::kNone));
    BOOST_TEST((refused(500, Class::kBlock, seconds(5)) == Refusal::kNone)); // goes before them
}

BOOST_AUTO_TEST_CASE(every_class_that_waits_gets_its_share)
{
    Connected link;
    const double shares[] = {0.10, 0.30, 0.20, 0.20, 0.10, 0.05};
    for (size_t c = 0; c < kClasses; ++c)
        for (int i = 0; i < 200; ++i)
            link.send(random_bytes(2000, 1), Class(c), kLater);
    const Time start = link.path.now;
    link.path.run(*link.user, *link.gateway, start + seconds(20)); // 1.7 MB
    std::array<double, kClasses> bytes{};
    for (const Message& message : link.gateway->received)
        bytes[size_t(message.message_class)] += double(message.bytes.size());
    double all = 0;
    for (const double b : bytes)
        all += b;
    for (size_t c = 0; c < kClasses; ++c)
        BOOST_TEST(bytes[c] >= 0.9 * std::min(shares[c] * all, 200 * 2000.0), "class " << c);
    BOOST_TEST(bytes[0] > bytes[2]); // what nobody is owed goes to the most urgent
}

BOOST_AUTO_TEST_CASE(a_critical_message_is_sent_again_without_waiting_for_its_loss)
{
    Connected link;
    const auto segments = [&] {
        return link.user->link.stats().segments_sent;
    };
    uint64_t before = segments();
    link.send(random_bytes(200, 1), Class::kDuty, link.path.now + seconds(8));
    link.path.run(*link.user, *link.gateway, link.path.now + milliseconds(500));
    BOOST_TEST(segments() - before == 2u); // little is known of the path yet
    link.path.run(*link.user, *link.gateway, link.path.now + seconds(5));
    BOOST_TEST(segments() - before == 2u);
    before = segments();
    link.send(random_bytes(200, 1), Class::kTransaction, link.path.now + seconds(8));
    link.path.run(*link.user, *link.gateway, link.path.now + seconds(5));
    BOOST_TEST(segments() - before == 1u);
    BOOST_TEST(link.gateway->received.size() == 2u);
    BOOST_TEST(link.user->outcomes_of(Outcome::kDone) == 2u);
}

BOOST_AUTO_TEST_CASE(an_unreliable_message_is_sent_once)
{
    Connected link;
    link.path.cut[0] = true;
    Message message = message_of(random_bytes(100, 1), Class::kInteractive);
    message.reliable = false;
    const auto id = link.user->link.send(link.user->peer_key, message, link.path.now, kLater);
    link.path.run(*link.user, *link.gateway, link.path.now + seconds(2));
    link.path.cut[0] = false;
    link.path.run(*link.user, *link.gateway, link.path.now + seconds(10));
    BOOST_TEST((link.user->outcomes.at(id) == std::vector{Outcome::kUnknown}));
    BOOST_TEST(link.gateway->received.empty());
}
