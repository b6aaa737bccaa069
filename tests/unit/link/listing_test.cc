// Stations are listed, revoked and rotate their keys while the link runs.
#include "hand_made_packets.h"
#include "simulated_path.h"

#include <boost/test/unit_test.hpp>

using namespace depinsat;
using namespace depinsat::link;
using namespace depinsat::link::test;

namespace {

constexpr Time kForever = std::chrono::hours(1000);

struct Pair {
    TwoKeys keys;
    std::unique_ptr<Station> user = keys.make_user(), gateway = keys.make_gateway();
    Path path{AirConfig{}};

    bool both_up() const
    {
        return user->link.peer_is_up(user->peer_key) &&
               gateway->link.peer_is_up(gateway->peer_key);
    }
    bool connect(seconds within = seconds(20))
    {
        return path.run(*user, *gateway, path.now + within, [&] { return both_up(); });
    }
    MessageId send_down(size_t bytes)
    {
        return gateway->link.send(gateway->peer_key, message_of(random_bytes(bytes, 1)),
                                  path.now, kForever);
    }
};

} // namespace

BOOST_AUTO_TEST_CASE(a_station_that_is_listed_while_it_knocks_is_answered)
{
    Pair pair;
    pair.gateway->link.remove_peer(pair.keys.user.public_key);
    BOOST_TEST(!pair.connect());
    pair.gateway->link.add_peer(pair.keys.user.public_key);
    BOOST_TEST(pair.connect(seconds(6)));
}

BOOST_AUTO_TEST_CASE(a_revoked_station_is_refused_from_that_moment)
{
    Pair pair;
    BOOST_TEST_REQUIRE(pair.connect());
    std::vector<Bytes> from_user;
    pair.path.tap = [&](int from, const Bytes& frame) {
        if (from == 0)
            from_user.push_back(frame);
    };
    for (int i = 0; i < 50; ++i)
        pair.user->link.send(pair.user->peer_key, message_of(random_bytes(2000, 1)),
                             pair.path.now, kForever);
    pair.path.run(*pair.user, *pair.gateway, pair.path.now + milliseconds(500));
    const size_t received = pair.gateway->received.size();
    BOOST_TEST(received > 0u);
    BOOST_TEST(pair.gateway->link.remove_peer(pair.keys.user.public_key));
    BOOST_TEST(!pair.gateway->link.remove_peer(pair.keys.user.public_key));
    pair.path.run(*pair.user, *pair.gateway, pair.path.now + seconds(60));
    for (const Bytes& frame : from_user)
        pair.gateway->link.receive(frame, pair.path.now);
    BOOST_TEST(pair.gateway->received.size() == received);
    BOOST_TEST(pair.gateway->changes == std::vector({true, false}));
    BOOST_TEST(!pair.user->link.peer_is_up(pair.user->peer_key));
    BOOST_TEST(pair.send_down(1) == 0u);
}

BOOST_AUTO_TEST_CASE(with_a_station_that_is_listed_again_all_starts_from_nothing)
{
    for (const bool at_user : {false, true}) {
        Pair pair;
        BOOST_TEST_REQUIRE(pair.connect());
        const auto exchange = [&] {
            const size_t up = pair.gateway->received.size(), down = pair.user->received.size();
            for (int i = 0; i < 20; ++i) {
                pair.send_down(100);
                pair.user->link.send(pair.user->peer_key, message_of(random_bytes(100, 1)),
                                     pair.path.now, kForever);
            }
            pair.path.run(*pair.user, *pair.gateway, pair.path.now + seconds(3));
            return pair.gateway->received.size() == up + 20 &&
                   pair.user->received.size() == down + 20;
        };
        BOOST_TEST(exchange());
        Station& station = at_user ? *pair.user : *pair.gateway;
        station.link.remove_peer(station.peer_key);
        pair.path.run(*pair.user, *pair.gateway, pair.path.now + seconds(1));
        station.link.add_peer(station.peer_key);
        pair.path.run(*pair.user, *pair.gateway, pair.path.now + seconds(70)); // it notices
        BOOST_TEST_REQUIRE(pair.connect());
        BOOST_TEST(exchange());
    }
}

BOOST_AUTO_TEST_CASE(what_waits_for_a_revoked_station_ends_truthfully)
{
    Pair pair;
    BOOST_TEST_REQUIRE(pair.connect());
    const MessageId on_air = pair.send_down(100);
    pair.path.run(*pair.user, *pair.gateway, pair.path.now + milliseconds(50));
    const MessageId waiting = pair.send_down(100);
    BOOST_TEST(pair.gateway->outcomes.empty());
    pair.gateway->link.remove_peer(pair.keys.user.public_key);
    BOOST_TEST((pair.gateway->outcomes.at(on_air) == std::vector{Outcome::kUnknown}));
    BOOST_TEST((pair.gateway->outcomes.at(waiting) == std::vector{Outcome::kNotDone}));
    Bytes frame(890);
    pair.gateway->link.sent(1, pair.path.now); // of frames that hold packets to it
    for (uint64_t sequence = 0; sequence < 300; ++sequence)
        pair.gateway->link.not_sent(sequence, pair.path.now);
    BOOST_TEST(pair.gateway->link.fill(1000, frame, pair.path.now) == 0u);
}

BOOST_AUTO_TEST_CASE(of_an_unlisted_station_the_store_keeps_no_time_stamp)
{
    Pair pair;
    BOOST_TEST_REQUIRE(pair.connect());
    const auto& user = pair.keys.user.public_key;
    BOOST_TEST(pair.gateway->store.get(Record::kTimeStamp, user).has_value());
    const Station other(false, pair.keys.gateway, generate_key_pair().public_key, {},
                        pair.gateway->store);
    BOOST_TEST(!other.store.get(Record::kTimeStamp, user).has_value());
    pair.gateway->link.remove_peer(user);
    BOOST_TEST(!pair.gateway->store.get(Record::kTimeStamp, user).has_value());
}

BOOST_AUTO_TEST_CASE(a_gateway_answers_to_its_former_key_as_long_as_it_says)
{
    Pair pair;
    BOOST_TEST_REQUIRE(pair.connect());
    const KeyPair next = generate_key_pair();
    pair.gateway->link.set_keys(next, pair.keys.gateway);
    const MessageId message = pair.send_down(100);
    pair.path.run(*pair.user, *pair.gateway, pair.path.now + seconds(2));
    BOOST_TEST((pair.gateway->outcomes.at(message) == std::vector{Outcome::kDone}));

    for (const bool knows_next : {false, true}) {
        pair.user = std::make_unique<Station>(
            true, pair.keys.user, knows_next ? next.public_key : pair.keys.gateway.public_key);
        BOOST_TEST(pair.path.run(*pair.user, *pair.gateway, pair.path.now + seconds(20), [&] {
            return pair.user->link.peer_is_up(pair.user->peer_key);
        }));
        pair.path.run(*pair.user, *pair.gateway, pair.path.now + seconds(2));
    }
    pair.gateway->link.set_keys(next, {});
    pair.user = pair.keys.make_user(); // knows the former one
    BOOST_TEST(!pair.path.run(*pair.user, *pair.gateway, pair.path.now + seconds(20),
                              [&] { return pair.user->link.peer_is_up(pair.user->peer_key); }));
}

BOOST_AUTO_TEST_CASE(a_user_goes_over_to_another_key_that_the_gateway_lists)
{
    Pair pair;
    BOOST_TEST_REQUIRE(pair.connect());
    const KeyPair next = generate_key_pair();
    pair.gateway->link.add_peer(next.public_key);
    pair.user->link.set_keys(next, {});
    BOOST_TEST(!pair.user->link.peer_is_up(pair.user->peer_key));
    const auto message = pair.user->link.send(
        pair.user->peer_key, message_of(random_bytes(5000, 1)), pair.path.now, kForever);
    pair.path.run(*pair.user, *pair.gateway, pair.path.now + seconds(5));
    BOOST_TEST((pair.user->outcomes.at(message) == std::vector{Outcome::kDone}));
    BOOST_TEST(pair.gateway->link.peer_is_up(next.public_key));
    BOOST_TEST(pair.user->changes == std::vector({true, false, true}));
}

BOOST_AUTO_TEST_CASE(impossible_changes_are_refused_and_change_nothing)
{
    Pair pair;
    Link& link = pair.gateway->link;
    const PublicKey& user = pair.keys.user.public_key;
    BOOST_CHECK_THROW(link.add_peer(user), std::invalid_argument);
    BOOST_CHECK_THROW(link.add_peer(pair.keys.gateway.public_key), std::invalid_argument);
    BOOST_CHECK_THROW(link.add_peer(PublicKey{}), std::invalid_argument);
    BOOST_CHECK_THROW(link.set_keys(pair.keys.user, {}), std::invalid_argument);
    BOOST_CHECK_THROW(link.set_keys(generate_key_pair(), pair.keys.user),
                      std::invalid_argument);
    BOOST_TEST(pair.connect());
}

BOOST_AUTO_TEST_CASE(the_list_has_room_for_kMaxPeers)
{
    const TwoKeys keys;
    const auto gateway = keys.make_gateway();
    PublicKey key{9}; // points on the curve or its twin
    for (size_t i = 1; i < kMaxPeers; ++i) {
        key[1] = uint8_t(i);
        key[2] = uint8_t(i >> 8);
        gateway->link.add_peer(key);
    }
    key[3] = 1;
    BOOST_CHECK_THROW(gateway->link.add_peer(key), std::invalid_argument);
    BOOST_TEST(gateway->link.remove_peer(keys.user.public_key));
    gateway->link.add_peer(key);
}
