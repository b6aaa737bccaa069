// What a gateway owes each of several stations: turns at the node, topics, deadlines.
#include "gateway_world.h"

#include <boost/test/unit_test.hpp>

using namespace depinsat::test;
using namespace depinsat::test::gateway_world;

BOOST_AUTO_TEST_CASE(slow_questions_of_one_station_delay_neither_duties_nor_other_stations)
{
    World world;
    world.node.slow = true;
    const auto other = key_number(10);
    world.outside.up.insert(other);
    for (size_t i = 0; i < 2 * Gateway::kMaxActive; ++i)
        world.get(other, "/eth/v1/beacon/states/head/validators/" + std::to_string(i));
    BOOST_TEST(world.node.count("states/head/validators") == Gateway::kMaxActive / 2);
    world.submit("/eth/v1/beacon/pool/attestations",
                 beacon_exchanges("pool/attestations")[0].request);
    BOOST_TEST(world.node.count("pool/attestations") == 1u);
    world.get(other, "/eth/v1/validator/aggregate_attestation?slot=1");
    BOOST_TEST(world.node.count("aggregate_attestation") == 1u);
    world.get(world.user, "/eth/v1/beacon/headers/head");
    BOOST_TEST(world.node.count("headers/head") == 1u);
    world.node.answer_all();
    BOOST_TEST(world.node.count("states/head/validators") == 2 * Gateway::kMaxActive);
}

BOOST_AUTO_TEST_CASE(who_has_too_much_waiting_is_told_that_the_gateway_is_busy)
{
    World world;
    world.node.slow = true;
    for (size_t i = 0; i < Gateway::kMaxActive / 2 + Gateway::kMaxQueued; ++i)
        world.get(world.user, "/eth/v1/beacon/headers/head");
    BOOST_TEST(world.outside.take(kBeaconAnswer).empty());
    world.get(world.user, "/eth/v1/beacon/headers/head");
    const auto sent = world.outside.take(kBeaconAnswer);
    BOOST_REQUIRE(sent.size() == 1u);
    WireAnswer answer;
    Known known;
    decode(sent[0].message.bytes, known, answer);
    BOOST_TEST(answer.reply.status == 503u);
}

BOOST_AUTO_TEST_CASE(topics_of_stations_that_went_are_no_longer_listened_to)
{
    World world;
    world.hello(0b110);
    BOOST_TEST(world.node.topics == 0b111u);
    world.outside.run(std::chrono::hours(2));
    BOOST_TEST(world.node.topics == 1u);
}

BOOST_AUTO_TEST_CASE(attestation_data_is_pushed_before_the_deadline_of_the_station)
{
    World world;
    world.hello(1, {{2500ms, 8000ms}, {1500ms, 6000ms}});
    world.duties(kSlot + 1);
    world.outside.take(kBeaconNews);
    world.outside.run(12s + 2500ms - Gateway::kTemplateLead - 1ms);
    BOOST_TEST(world.outside.take(kBeaconNews).empty());
    world.outside.run(2ms);
    BOOST_TEST(world.outside.take(kBeaconNews).size() == 1u);
    world.hello(1, {{500ms, 8000ms}, {}}); // sooner than the lead: as the slot begins
    world.duties(kSlot + 3);
    world.outside.take(kBeaconNews);
    world.outside.run(24s - 1502ms);
    BOOST_TEST(world.outside.take(kBeaconNews).empty());
    world.outside.run(2ms);
    BOOST_TEST(world.outside.take(kBeaconNews).size() == 1u);
}
