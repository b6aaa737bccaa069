#include "edge_world.h"

using namespace depinsat::test;

BOOST_AUTO_TEST_CASE(pushed_data_and_heads_are_answered_where_they_are_asked_for)
{
    EdgeWorld world;
    std::vector<std::string> events;
    world.edge.subscribe(std::vector<std::string>{"head"},
                         [&](std::string_view topic, const std::string& data) {
                             events.push_back(std::string(topic) + data);
                             return true;
                         });
    world.outside.sent.clear();
    world.news(0, {head_at(kSlot), data_at(kSlot)});
    BOOST_REQUIRE(events.size() == 1u);
    BOOST_TEST(events[0] == "head" + dump(to_json(head_at(kSlot))));
    const auto reply = world.ask_for_data(kSlot);
    BOOST_TEST(status(reply) == 200u);
    BOOST_TEST((**reply).body.bytes == dump(Json{{"data", to_json(data_at(kSlot))}}));
    BOOST_TEST(world.outside.sent.empty());
    BOOST_TEST(status(world.request("/eth/v1/beacon/blocks/head/root")) == 200u);
}

BOOST_AUTO_TEST_CASE(a_request_for_data_waits_until_it_comes)
{
    EdgeWorld world;
    const auto reply = world.ask_for_data(kSlot);
    BOOST_TEST(status(reply) == 0u);
    BOOST_TEST(world.outside.take(kBeaconRequest).size() == 1u);
    world.outside.run(1s);
    world.news(0, {head_at(kSlot), data_at(kSlot)});
    BOOST_TEST(status(reply) == 200u);
}

BOOST_AUTO_TEST_CASE(data_that_the_rules_refuse_is_not_handed_out_and_the_client_is_told_why)
{
    EdgeWorld world;
    AttestationData ahead = data_at(kSlot);
    ahead.source.epoch = 900;
    world.news(0, {head_at(kSlot), ahead});
    const auto reply = world.ask_for_data(kSlot);
    BOOST_TEST(status(reply) == 0u);
    world.outside.run(11s);
    BOOST_TEST(status(reply) == 503u);
    BOOST_TEST((**reply).body.bytes.find("source") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(one_gateway_that_lies_is_outvoted)
{
    EdgeWorld world(3, 2);
    size_t heads = 0;
    world.edge.subscribe(std::vector<std::string>{"head"}, [&](auto, auto&) {
        ++heads;
        return true;
    });
    world.news(0, {head_at(kSlot, 99), data_at(kSlot, 99)}); // the liar is the first
    BOOST_TEST(heads == 0u);
    const auto reply = world.ask_for_data(kSlot);
    BOOST_TEST(status(reply) == 0u);
    world.news(1, {head_at(kSlot), data_at(kSlot)});
    BOOST_TEST(status(reply) == 0u);
    world.news(2, {head_at(kSlot), data_at(kSlot)});
    BOOST_TEST(heads == 1u);
    BOOST_REQUIRE(status(reply) == 200u);
    BOOST_TEST((**reply).body.bytes.find(to_hex(root(1))) != std::string::npos);
    BOOST_TEST((**reply).fields.back().second == "2 of 3 gateways");
}

BOOST_AUTO_TEST_CASE(without_a_link_everything_fails_at_once_and_health_says_so)
{
    EdgeWorld world;
    BOOST_TEST(status(world.request("/eth/v1/node/health")) == 200u);
    BOOST_TEST(status(world.request("/eth/v1/node/syncing")) == 200u);
    world.outside.up.clear();
    world.edge.on_peer(key_number(0), false);
    for (const char* target :
         {"/eth/v1/node/health", "/eth/v1/node/syncing", "/eth/v1/beacon/genesis",
          "/eth/v1/validator/attestation_data?slot=201&committee_index=0"})
        BOOST_TEST(status(world.request(target)) == 503u, target);
    BOOST_TEST(status(world.request("/eth/v2/beacon/pool/attestations", "[]")) == 503u);
}

BOOST_AUTO_TEST_CASE(health_and_syncing_say_what_the_gateways_node_says)
{
    EdgeWorld world;
    world.tell(0, kBeaconState, encode(WireState{{true, true, false, true, 150, 50}, {}}));
    BOOST_TEST(status(world.request("/eth/v1/node/health")) == 206u);
    const auto reply = world.request("/eth/v1/node/syncing");
    const Json data = (*parse_json((**reply).body.bytes))["data"];
    BOOST_TEST(data["is_syncing"] == true);
    BOOST_TEST(data["el_offline"] == true);
    BOOST_TEST(data["head_slot"] == "150");
    BOOST_TEST(data["sync_distance"] == "50");
    world.tell(0, kBeaconState, encode(WireState{{}, {}}));
    BOOST_TEST(status(world.request("/eth/v1/node/health")) == 503u);
}

BOOST_AUTO_TEST_CASE(duties_are_asked_for_once_and_again_after_a_reorganisation)
{
    EdgeWorld world;
    world.news(0, {head_at(kSlot), data_at(kSlot)});
    const auto poll = [&] {
        return world.request("/eth/v1/validator/duties/proposer/" + std::to_string(kSlot / 32));
    };
    const auto answer = [&](uint8_t dependent) {
        const auto sent = world.outside.take(kBeaconRequest);
        BOOST_REQUIRE(sent.size() == 1u);
        Known known;
        WireRequest request;
        BOOST_REQUIRE((decode(sent[0].message.bytes, known, request) == Unpacked::kDone));
        const Json body{{"dependent_root", to_hex(root(dependent))}, {"data", Json::array()}};
        world.tell(0, kBeaconAnswer, encode(WireAnswer{request.id, json_reply(body)}, known));
    };
    const auto first = poll();
    answer(4);
    BOOST_TEST(status(first) == 200u);
    BOOST_TEST(status(poll()) == 200u);
    BOOST_TEST(world.outside.take(kBeaconRequest).empty());
    Head other = head_at(kSlot + 1, 8);
    other.current_dependent = root(44);
    world.news(0, {other, data_at(kSlot + 1, 8)});
    const auto after = poll();
    answer(44);
    BOOST_TEST(status(after) == 200u);
    BOOST_TEST(status(poll()) == 200u);
}

BOOST_AUTO_TEST_CASE(topics_that_are_not_carried_are_refused)
{
    EdgeWorld world;
    const std::vector<std::string> good{"head", "chain_reorg"}, bad{"head", "attestation"};
    BOOST_TEST(!world.edge.check_topics(good));
    BOOST_TEST(world.edge.check_topics(bad).has_value());
    BOOST_TEST(world.edge.check_topics({}).has_value());
    BOOST_TEST((topics_of("/eth/v1/events?topics=head,block&topics=chain_reorg") ==
                std::vector<std::string>{"head", "block", "chain_reorg"}));
}
