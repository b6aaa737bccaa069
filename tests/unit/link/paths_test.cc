// Several paths between two stations: what goes where, and what becomes of it when one is lost.
#include "paths_world.h"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

using namespace depinsat::link;
using namespace depinsat::link::test;

BOOST_AUTO_TEST_CASE(the_second_path_is_proven_before_the_first_is_given_up)
{
    World world({{milliseconds(20)}, {milliseconds(30)}});
    world.cut(1);
    BOOST_TEST(world.run(seconds(5), [&] { return world.is_up(*world.user, 0); }));
    world.run(seconds(5));
    BOOST_TEST(!world.is_up(*world.user, 1));
    world.cut(1, false); // it rises
    world.run(seconds(20));
    for (const Listener* at : {world.user.get(), world.gateway.get()})
        BOOST_TEST((world.is_up(*at, 0) && world.is_up(*at, 1)));
    world.cut(0); // the other sets
    size_t sent = 0;
    for (; world.now < seconds(60); ++sent) {
        world.send(*world.user, message_of(random_bytes(200, sent), Class::kInteractive));
        world.run(world.now + milliseconds(500));
    }
    BOOST_TEST(world.user->outcomes_of(Outcome::kDone) + 2 > sent);
    BOOST_TEST(!world.is_up(*world.user, 0));
    BOOST_TEST((world.user->changes == std::vector{true})); // the peer was up all the time
    BOOST_TEST((world.gateway->changes == std::vector{true}));
    BOOST_TEST((world.user->turns.back() == std::pair(0u, false)));
}

BOOST_AUTO_TEST_CASE(what_is_in_flight_on_a_path_that_is_lost_goes_on_the_other)
{
    World world({{milliseconds(250)}, {milliseconds(250)}});
    world.run(seconds(5));
    Bag sent;
    for (size_t i = 0; i < 40; ++i) {
        sent.insert(random_bytes(5000, i));
        world.send(*world.user, message_of(random_bytes(5000, i)));
    }
    world.run(world.now + milliseconds(500));
    const auto before = world.user->link.path_state(world.user->peer_key, 0);
    BOOST_TEST(before.in_flight > 10u);
    BOOST_TEST(world.user->link.path_state(world.user->peer_key, 1).in_flight > 10u);
    world.cut(0);
    const Time lost = world.now;
    BOOST_TEST(world.run(seconds(60), [&] { return world.user->outcomes.size() == 40; }));
    BOOST_TEST((world.now - lost < seconds(8)));
    BOOST_TEST(world.user->outcomes_of(Outcome::kDone) == 40u);
    BOOST_TEST((bag_of(world.gateway->received) == sent)); // each once
}

BOOST_AUTO_TEST_CASE(a_path_whose_modem_is_gone_is_down)
{
    World world({{milliseconds(20)}, {milliseconds(30)}});
    world.run(seconds(5));
    BOOST_TEST((world.is_up(*world.user, 0) && world.is_up(*world.user, 1)));
    world.ways[0].modem_runs = false;
    world.run(seconds(10));
    BOOST_TEST(!world.is_up(*world.user, 0));
    BOOST_TEST(!world.is_up(*world.gateway, 0));
    BOOST_TEST(world.user->link.peer_is_up(world.user->peer_key));
    world.ways[0].modem_runs = true;
    world.run(seconds(20));
    BOOST_TEST((world.is_up(*world.user, 0) && world.is_up(*world.gateway, 0)));
}

BOOST_AUTO_TEST_CASE(two_paths_carry_at_once_and_deliver_once)
{
    World world({{milliseconds(250)}, {milliseconds(200)}});
    world.run(seconds(5));
    const uint64_t before[] = {world.ways[0].bytes[0], world.ways[1].bytes[0]};
    Bag sent;
    for (size_t i = 0; i < 60; ++i) {
        const bool critical = i % 4 == 0;
        sent.insert(random_bytes(critical ? 180 : 5000, i));
        world.send(*world.user, message_of(random_bytes(critical ? 180 : 5000, i),
                                           critical ? Class::kDuty : Class::kBulk));
    }
    const Time start = world.now;
    BOOST_TEST(world.run(seconds(60), [&] { return world.user->outcomes.size() == 60; }));
    const double one_path = 45 * 5000 / 890.0 * 0.01;
    BOOST_TEST(std::chrono::duration<double>(world.now - start).count() <
               0.65 * one_path + 0.7);
    for (unsigned path : {0u, 1u})
        BOOST_TEST(world.ways[path].bytes[0] - before[path] > 80000u);
    world.run(world.now + seconds(5));
    BOOST_TEST(world.user->outcomes_of(Outcome::kDone) == 60u);
    BOOST_TEST((bag_of(world.gateway->received) == sent));
}

BOOST_DATA_TEST_CASE(paths_that_carry_one_way_only_are_used_that_way,
                     boost::unit_test::data::xrange(2),
                     up)
{
    World world({{milliseconds(250)}, {milliseconds(20)}});
    world.ways[size_t(up)].cut[1] = true;
    world.ways[size_t(1 - up)].cut[0] = true;
    world.run(seconds(10));
    for (size_t i = 0; i < 20; ++i)
        for (Station* from : {(Station*)world.user.get(), (Station*)world.gateway.get()})
            world.send(*from, message_of(random_bytes(2000, i), Class::kTransaction));
    const Time start = world.now;
    BOOST_TEST(world.run(seconds(60), BothDone{world, 20}));
    BOOST_TEST((world.now - start < seconds(3)));
    BOOST_TEST(world.user->received.size() == 20u);
    BOOST_TEST(world.gateway->received.size() == 20u);
    BOOST_TEST(world.user->link.stats().segments_repeated == 0u);
    world.run(world.now + seconds(200)); // idle: neither side gives up
    BOOST_TEST((world.user->changes == std::vector{true}));
    BOOST_TEST((world.gateway->changes == std::vector{true}));
}

BOOST_AUTO_TEST_CASE(one_path_in_the_list_is_the_same_as_none)
{
    World plain({{milliseconds(250)}});
    LinkConfig config;
    config.paths = {{milliseconds(250), kFrame, milliseconds(0)}};
    World listed({{milliseconds(250)}});
    listed.user = std::make_unique<Listener>(true, listed.keys.user,
                                             listed.keys.gateway.public_key, config);
    for (World* world : {&plain, &listed}) {
        for (size_t i = 0; i < 30; ++i)
            world->send(*world->user, message_of(random_bytes(3000, i)));
        BOOST_TEST(world->run(seconds(30), [&] { return world->user->outcomes.size() == 30; }));
        BOOST_TEST(world->user->turns.empty());
    }
    BOOST_TEST((plain.now == listed.now));
    BOOST_TEST(plain.ways[0].bytes[0] == listed.ways[0].bytes[0]);
    BOOST_TEST(plain.ways[0].bytes[1] == listed.ways[0].bytes[1]);
}

BOOST_AUTO_TEST_CASE(more_than_sixteen_paths_are_refused)
{
    World world({{milliseconds(20)}});
    LinkConfig config;
    config.paths.resize(17);
    BOOST_CHECK_THROW(Station(true, world.keys.user, world.keys.gateway.public_key, config),
                      std::invalid_argument);
}
