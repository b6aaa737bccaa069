// Sessions: outages, restarts, renewal, silence, and what the modem reports.
#include "simulated_path.h"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

using namespace depinsat::link;
using namespace depinsat::link::test;

namespace {

constexpr Time kForever = std::chrono::hours(1000);

void queue(Station& from, Path& path, Bag& bag, size_t count, size_t bytes, uint64_t seed)
{
    for (size_t i = 0; i < count; ++i) {
        const Bytes content = random_bytes(bytes, seed * 10000 + i);
        bag.insert(content);
        BOOST_TEST_REQUIRE(
            from.link.send(from.peer_key, message_of(content), path.now, kForever) != 0u);
    }
}

Bag bag_of(const std::vector<Message>& messages)
{
    Bag bag;
    for (const Message& message : messages)
        bag.insert(message.bytes);
    return bag;
}

bool connect(Path& path, Station& user, Station& gateway)
{
    return path.run(user, gateway, path.now + seconds(20), [&] {
        return user.link.peer_is_up(user.peer_key) && gateway.link.peer_is_up(gateway.peer_key);
    });
}

} // namespace

BOOST_AUTO_TEST_CASE(a_session_is_up_after_one_and_a_half_round_trips)
{
    const TwoKeys keys;
    const auto user = keys.make_user(), gateway = keys.make_gateway();
    Path path({});
    BOOST_TEST(connect(path, *user, *gateway));
    BOOST_TEST((path.now <= milliseconds(3 * 250 + 5 * 10)));
    BOOST_TEST(user->changes == std::vector{true});
    BOOST_TEST(gateway->changes == std::vector{true});
}

BOOST_DATA_TEST_CASE(after_an_outage_everything_arrives_once,
                     boost::unit_test::data::make({5, 60, 3600}) *
                         boost::unit_test::data::make({1, 2, 3}),
                     outage_seconds,
                     directions)
{
    const TwoKeys keys;
    const auto user = keys.make_user(), gateway = keys.make_gateway();
    Path path({.impairments = {.loss = 0.02}});
    BOOST_TEST_REQUIRE(connect(path, *user, *gateway));
    Bag up, down;
    queue(*user, path, up, 3, 200000, 1); // in the middle of one when the cut comes
    queue(*user, path, up, 50, 300, 2);
    queue(*gateway, path, down, 3, 200000, 3);
    queue(*gateway, path, down, 50, 300, 4);
    path.run(*user, *gateway, path.now + milliseconds(3330));
    path.cut[0] = directions & 1;
    path.cut[1] = directions & 2;
    path.run(*user, *gateway, path.now + seconds(outage_seconds));
    BOOST_TEST((bag_of(gateway->received) != up));
    path.cut[0] = path.cut[1] = false;
    const bool done = path.run(*user, *gateway, path.now + seconds(60), [&] {
        return user->outcomes.size() == 53 && gateway->outcomes.size() == 53;
    });
    BOOST_TEST(done);
    path.run(*user, *gateway, path.now + seconds(5));
    BOOST_TEST((bag_of(gateway->received) == up));
    BOOST_TEST((bag_of(user->received) == down));
    BOOST_TEST(user->outcomes_of(Outcome::kDone) == 53u);
    BOOST_TEST(gateway->outcomes_of(Outcome::kDone) == 53u);
}

// The gateway has answered, but nothing of the session reaches it. After the silence the user's
// next handshake and its packets of that first session arrive in either order.
BOOST_AUTO_TEST_CASE(after_a_silence_in_the_handshake_the_session_that_comes_stays)
{
    for (int silence_ms = 100; silence_ms <= 12000; silence_ms += 50) {
        const TwoKeys keys;
        const auto user = keys.make_user(), gateway = keys.make_gateway();
        Path path({});
        BOOST_TEST_REQUIRE(path.run(*user, *gateway, seconds(5), [&] {
            return gateway->link.stats().frames_filled == 1; // with its answer
        }));
        path.cut[0] = true;
        path.run(*user, *gateway, path.now + milliseconds(silence_ms));
        path.cut[0] = false;
        path.run(*user, *gateway, path.now + seconds(1)); // what was on its way is heard
        BOOST_TEST_REQUIRE(connect(path, *user, *gateway));
        const auto changes = user->changes.size() + gateway->changes.size();
        path.run(*user, *gateway, path.now + seconds(20));
        BOOST_TEST(user->changes.size() + gateway->changes.size() == changes,
                   "silence of " << silence_ms << " ms");
    }
}

BOOST_AUTO_TEST_CASE(a_message_whose_beginning_was_forgotten_is_sent_again_whole)
{
    const TwoKeys keys;
    const auto user = keys.make_user(), gateway = keys.make_gateway();
    Path path({});
    BOOST_TEST_REQUIRE(connect(path, *user, *gateway));
    Bag up;
    queue(*user, path, up, 1, 2400, 1); // three frames, of which the last is cut off
    path.run(*user, *gateway, path.now + milliseconds(20));
    path.cut[0] = true;
    path.run(*user, *gateway, path.now + std::chrono::minutes(3));
    path.cut[0] = false;
    BOOST_TEST(path.run(*user, *gateway, path.now + seconds(20),
                        [&] { return !user->outcomes.empty(); }));
    BOOST_TEST(user->outcomes_of(Outcome::kDone) == 1u);
    BOOST_TEST((bag_of(gateway->received) == up));
    BOOST_TEST(user->link.stats().segments_sent >= 7u); // 3, the last again, all 3 again
}

BOOST_AUTO_TEST_CASE(a_modem_that_stands_still_for_five_seconds_loses_nothing)
{
    for (const int station : {0, 1}) {
        const TwoKeys keys;
        const auto user = keys.make_user(), gateway = keys.make_gateway();
        Path path({});
        BOOST_TEST_REQUIRE(connect(path, *user, *gateway));
        Bag up, down;
        queue(*user, path, up, 20, 20000, 1);
        queue(*gateway, path, down, 20, 20000, 2);
        path.run(*user, *gateway, path.now + seconds(2));
        path.modem_runs[station] = false;
        path.run(*user, *gateway, path.now + seconds(5));
        path.modem_runs[station] = true;
        path.run(*user, *gateway, path.now + seconds(30));
        BOOST_TEST((bag_of(gateway->received) == up));
        BOOST_TEST((bag_of(user->received) == down));
        BOOST_TEST(user->outcomes_of(Outcome::kDone) == 20u);
    }
}

BOOST_DATA_TEST_CASE(a_restarted_peer_takes_over_and_nothing_arrives_twice,
                     boost::unit_test::data::make({0, 1}),
                     restarted)
{
    for (const int at_ms : {0, 300, 1000, 2000}) {
        const TwoKeys keys;
        auto user = keys.make_user(), gateway = keys.make_gateway();
        Path path({.impairments = {.loss = 0.05}});
        BOOST_TEST_REQUIRE(connect(path, *user, *gateway));
        Bag up, down;
        queue(*user, path, up, 40, 10000, 1);
        queue(*gateway, path, down, 40, 10000, 2);
        path.run(*user, *gateway, path.now + milliseconds(at_ms));
        Station& survivor = restarted ? *user : *gateway;
        auto& reborn = restarted ? gateway : user;
        std::vector<Message> received = reborn->received; // by both runs
        reborn = restarted ? keys.make_gateway() : keys.make_user();
        const bool done = path.run(*user, *gateway, path.now + seconds(60),
                                   [&] { return survivor.outcomes.size() == 40; });
        BOOST_TEST(done);
        path.run(*user, *gateway, path.now + seconds(5));
        received.insert(received.end(), reborn->received.begin(), reborn->received.end());
        const Bag bag = bag_of(received);
        for (const Bytes& bytes : bag)
            BOOST_TEST(bag.count(bytes) == 1u);
        const size_t delivered = survivor.outcomes_of(Outcome::kDone);
        const size_t unknown = survivor.outcomes_of(Outcome::kUnknown);
        BOOST_TEST(delivered + unknown == 40u);
        BOOST_TEST(unknown > 0u);
        BOOST_TEST(bag.size() >= delivered);
        BOOST_TEST(bag.size() <= delivered + unknown);
        if (restarted == 0 && at_ms == 0) // what never was on air goes to the new run
            BOOST_TEST(unknown < 20u);

        const size_t before = reborn->received.size();
        queue(survivor, path, up, 1, 100, 3);
        path.run(*user, *gateway, path.now + seconds(3));
        BOOST_TEST(reborn->received.size() == before + 1);
    }
}

BOOST_AUTO_TEST_CASE(sessions_are_renewed_without_loss_or_repetition)
{
    const TwoKeys keys;
    LinkConfig config;
    config.rekey_after_packets = 300;
    const auto user = keys.make_user(config), gateway = keys.make_gateway(config);
    Path path({.impairments = {.loss = 0.1}});
    Bag up, down;
    queue(*user, path, up, 60, 20000, 1);
    queue(*gateway, path, down, 60, 20000, 2);
    size_t handshakes = 0;
    path.tap = [&](int, const Bytes& frame) {
        handshakes += frame[4] >> 6 == 0;
    };
    path.run(*user, *gateway, seconds(90));
    BOOST_TEST(handshakes >= 5u);
    BOOST_TEST((bag_of(gateway->received) == up));
    BOOST_TEST((bag_of(user->received) == down));
    BOOST_TEST(user->outcomes_of(Outcome::kDone) == 60u);
    BOOST_TEST(user->changes == std::vector{true}); // seamless
}

BOOST_AUTO_TEST_CASE(sessions_are_renewed_in_time)
{
    const TwoKeys keys;
    LinkConfig config;
    config.rekey_after = seconds(100);
    const auto user = keys.make_user(config), gateway = keys.make_gateway();
    Path path({});
    size_t handshakes = 0;
    path.tap = [&](int, const Bytes& frame) {
        handshakes += frame[4] >> 6 == 0;
    };
    path.run(*user, *gateway, seconds(450));
    BOOST_TEST(handshakes == 5u);
    BOOST_TEST(user->changes == std::vector{true});
    BOOST_TEST(gateway->changes == std::vector{true});
}

BOOST_AUTO_TEST_CASE(a_keyed_message_outlives_the_run_of_the_peer_and_is_known_again)
{
    const TwoKeys keys;
    auto user = keys.make_user(), gateway = keys.make_gateway();
    Path path({});
    BOOST_TEST_REQUIRE(connect(path, *user, *gateway));
    Message message = message_of(random_bytes(300, 1), Class::kTransaction);
    message.key = MessageKey{1, 2, 3};
    path.cut[1] = true; // it arrives, but the user does not learn that
    user->link.send(user->peer_key, message, path.now, kForever);
    path.run(*user, *gateway, path.now + seconds(1));
    BOOST_TEST(gateway->received.size() == 1u);
    BOOST_TEST((gateway->received[0].key == message.key));
    BOOST_TEST(gateway->received[0].bytes == message.bytes);
    path.cut[1] = false;
    gateway = keys.make_gateway();
    path.run(*user, *gateway, path.now + seconds(20));
    BOOST_TEST(gateway->received.size() == 1u); // once for each run
    BOOST_TEST(user->outcomes_of(Outcome::kDone) == 1u);
    user = keys.make_user(); // and whoever sends it, under whatever id
    BOOST_TEST_REQUIRE(path.run(*user, *gateway, path.now + seconds(60),
                                [&] { return user->link.peer_is_up(user->peer_key); }));
    user->link.send(user->peer_key, message, path.now, kForever);
    path.run(*user, *gateway, path.now + seconds(5));
    BOOST_TEST(user->outcomes_of(Outcome::kDone) == 1u);
    BOOST_TEST(gateway->received.size() == 1u);
}

BOOST_AUTO_TEST_CASE(a_path_longer_than_configured_only_costs_repeats)
{
    const TwoKeys keys;
    const auto user = keys.make_user(), gateway = keys.make_gateway();
    Path path({.one_way = milliseconds(1500), .impairments = {}});
    Bag up;
    queue(*user, path, up, 50, 5000, 1);
    path.run(*user, *gateway, seconds(60));
    BOOST_TEST((bag_of(gateway->received) == up));
    BOOST_TEST(user->outcomes_of(Outcome::kDone) == 50u);
}
