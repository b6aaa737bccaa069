#include "gateway_world.h"

#include <boost/test/unit_test.hpp>

using namespace depinsat::test;
using namespace depinsat::test::gateway_world;

BOOST_AUTO_TEST_CASE(a_hello_is_answered_by_state_and_chain)
{
    World world;
    world.hello();
    const auto sent = world.outside.take(kBeaconState);
    BOOST_REQUIRE(sent.size() == 1u);
    WireState state;
    BOOST_REQUIRE(decode(sent[0].message.bytes, state));
    BOOST_TEST(state.node.reachable);
    BOOST_REQUIRE(state.chain);
    BOOST_TEST(state.chain->genesis.count() == 1795363763);
}

BOOST_AUTO_TEST_CASE(heads_are_pushed_with_their_attestation_data_to_those_who_said_hello)
{
    World world;
    world.head(kSlot);
    BOOST_TEST(world.outside.take(kBeaconNews).empty());
    world.hello();
    world.outside.take(kBeaconNews);
    world.head(kSlot);
    const auto sent = world.outside.take(kBeaconNews);
    BOOST_REQUIRE(sent.size() == 1u);
    BOOST_TEST((sent[0].message.message_class == depinsat::link::Class::kBlock));
    const auto news = NewsDecoder().decode(sent[0].message.bytes, *world.gateway.chain());
    BOOST_REQUIRE(news);
    BOOST_TEST(news->head->slot == kSlot);
    BOOST_TEST((*news->attestation == data_at(kSlot)));
    world.outside.run(std::chrono::hours(2));
    world.outside.take(kBeaconNews);
    world.head(kSlot + 600);
    BOOST_TEST(world.outside.take(kBeaconNews).empty()); // nobody has been there for long
}

BOOST_AUTO_TEST_CASE(heads_of_slots_with_duties_go_in_their_class)
{
    World world;
    world.hello();
    world.duties(kSlot);
    world.outside.take(kBeaconNews);
    world.head(kSlot);
    BOOST_TEST((world.outside.take(kBeaconNews).at(0).message.message_class ==
                depinsat::link::Class::kDuty));
}

BOOST_AUTO_TEST_CASE(without_a_block_attestation_data_is_pushed_before_it_is_due)
{
    World world;
    world.hello();
    world.duties(kSlot + 1);
    world.outside.take(kBeaconNews);
    world.outside.run(12s + 4s - Gateway::kTemplateLead - 1ms);
    BOOST_TEST(world.outside.take(kBeaconNews).empty());
    world.outside.run(2ms);
    const auto sent = world.outside.take(kBeaconNews);
    BOOST_REQUIRE(sent.size() == 1u);
    const auto news = NewsDecoder().decode(sent[0].message.bytes, *world.gateway.chain());
    BOOST_REQUIRE(news);
    BOOST_TEST(!news->head);
    BOOST_TEST((*news->attestation == data_at(kSlot + 1)));
    world.outside.run(12s);
    BOOST_TEST(world.outside.take(kBeaconNews).empty()); // no duty in the next slot
}

BOOST_AUTO_TEST_CASE(lists_are_posted_as_the_client_posted_them)
{
    World world;
    const std::string body = beacon_exchanges("pool/sync_committees")[0].request;
    world.submit("/eth/v1/beacon/pool/sync_committees", body);
    BOOST_TEST(world.node.requests.back().target == "/eth/v1/beacon/pool/sync_committees");
    BOOST_TEST(world.node.requests.back().body.bytes == body);
    BOOST_TEST(world.node.requests.back().fork == "electra");
    world.submit("/eth/v1/beacon/pool/sync_committees", body, true);
    BOOST_TEST((world.node.requests.back().body.content == Content::kBinary));
    BOOST_TEST(world.node.requests.back().body.bytes.size() == 8u * 144);
    BOOST_TEST(world.outside.take(kBeaconVerdict).empty()); // of success nothing is said
}

BOOST_AUTO_TEST_CASE(what_the_node_refuses_is_told_and_what_it_did_not_hear_is_tried_twice)
{
    World world;
    world.node.others = error_reply(400, "bad");
    const std::string body = beacon_exchanges("pool/attestations")[0].request;
    world.submit("/eth/v1/beacon/pool/attestations", body);
    auto sent = world.outside.take(kBeaconVerdict);
    BOOST_REQUIRE(sent.size() == 1u);
    WireVerdict verdict;
    BOOST_REQUIRE(decode(sent[0].message.bytes, verdict));
    BOOST_TEST(verdict.number == 7);
    BOOST_TEST(verdict.status == 400u);
    const size_t before = world.node.count("pool/attestations");
    world.node.reached = false;
    world.submit("/eth/v1/beacon/pool/attestations", body);
    BOOST_TEST(world.node.count("pool/attestations") == before + 2);
    sent = world.outside.take(kBeaconVerdict);
    BOOST_REQUIRE(sent.size() == 1u);
    BOOST_REQUIRE(decode(sent[0].message.bytes, verdict));
    BOOST_TEST(verdict.status == 502u);
}

BOOST_AUTO_TEST_CASE(requests_outside_of_the_beacon_api_never_reach_the_node)
{
    World world;
    const size_t before = world.node.requests.size();
    for (const char* target : {"/metrics", "/eth/../admin", "", "/eth/v1/events?topics=head"}) {
        ApiRequest request;
        request.target = target;
        world.gateway.on_message(world.user, kBeaconRequest,
                                 encode(WireRequest{5, 1000, request}, world.known, true));
        WireAnswer answer;
        Known known;
        const auto sent = world.outside.take(kBeaconAnswer);
        BOOST_REQUIRE(sent.size() == 1u);
        decode(sent[0].message.bytes, known, answer);
        BOOST_TEST(answer.reply.status == 400u);
    }
    BOOST_TEST(world.node.requests.size() == before);
}

BOOST_AUTO_TEST_CASE(malformed_messages_are_counted_and_do_no_harm)
{
    World world;
    for (const uint8_t kind : {kBeaconHello, kBeaconRequest, kBeaconSubmission})
        for (const size_t size : {0, 1, 5, 100})
            world.gateway.on_message(world.user, kind, Bytes(size, 0xFF));
    BOOST_TEST(world.gateway.counters().malformed > 0u);
}
