#include "beacon_bodies.h"
#include "edge_world.h"

using namespace depinsat::test;

BOOST_AUTO_TEST_CASE(a_post_succeeds_when_the_gateway_has_it)
{
    EdgeWorld world;
    world.news(0, {head_at(kSlot), data_at(kSlot)});
    world.ask_for_data(kSlot);
    const auto reply =
        world.request("/eth/v2/beacon/pool/attestations", attestation(data_at(kSlot)));
    const auto sent = world.outside.take(kBeaconSubmission);
    BOOST_REQUIRE(sent.size() == 1u);
    BOOST_TEST(sent[0].message.bytes.size() <= 120u);
    BOOST_TEST((sent[0].message.message_class == depinsat::link::Class::kDuty));
    world.outside.run(300ms);
    BOOST_TEST(status(reply) == 0u);
    sent[0].done(Outcome::kDone);
    world.outside.run(1s);
    BOOST_TEST(status(reply) == 200u);
}

BOOST_AUTO_TEST_CASE(sync_messages_yield_to_attestations_and_end_when_contributions_are_due)
{
    EdgeWorld world;
    const Json message{{"slot", std::to_string(kSlot)},
                       {"beacon_block_root", to_hex(root(1))},
                       {"validator_index", "77"},
                       {"signature", "0x" + std::string(192, 'c')}};
    world.request("/eth/v1/beacon/pool/sync_committees", dump(Json::array({message})));
    const auto sync = world.outside.take(kBeaconSubmission);
    BOOST_REQUIRE(sync.size() == 1u);
    world.request("/eth/v2/beacon/pool/attestations", attestation(data_at(kSlot)));
    const auto attest = world.outside.take(kBeaconSubmission);
    BOOST_REQUIRE(attest.size() == 1u);
    BOOST_TEST((sync[0].message.message_class > attest[0].message.message_class));
    BOOST_TEST((sync[0].lifetime == 8000ms - 300ms));
    BOOST_TEST((attest[0].lifetime == 12000ms - 300ms));
}

BOOST_AUTO_TEST_CASE(a_post_that_the_node_refused_fails_with_the_nodes_reasons)
{
    EdgeWorld world;
    const auto reply =
        world.request("/eth/v2/beacon/pool/attestations", attestation(data_at(kSlot)));
    const auto sent = world.outside.take(kBeaconSubmission);
    BOOST_REQUIRE(sent.size() == 1u);
    sent[0].done(Outcome::kDone);
    const uint16_t number = uint16_t(sent[0].message.bytes[0] << 8 | sent[0].message.bytes[1]);
    const std::string why =
        R"({"code":400,"message":"bad","failures":[{"index":0,"message":"x"}]})";
    world.tell(0, kBeaconVerdict, encode(WireVerdict{number, 400, {Content::kJson, why}}));
    BOOST_TEST(status(reply) == 400u);
    BOOST_TEST((**reply).body.bytes == why);
}

BOOST_AUTO_TEST_CASE(failures_of_later_pieces_count_from_the_clients_list)
{
    EdgeWorld world;
    Json list = Json::array();
    for (int i = 0; i < 10; ++i)
        list.push_back((*parse_json(attestation(data_at(kSlot))))[0]);
    const auto reply = world.request("/eth/v2/beacon/pool/attestations", dump(list));
    const auto sent = world.outside.take(kBeaconSubmission);
    BOOST_REQUIRE(sent.size() == 2u);
    sent[0].done(Outcome::kDone);
    world.outside.run(1s);
    BOOST_TEST(status(reply) == 0u);
    const std::string why =
        R"({"code":400,"message":"bad","failures":[{"index":1,"message":"x"}]})";
    world.tell(0, kBeaconVerdict, encode(WireVerdict{1, 400, {Content::kJson, why}}));
    BOOST_TEST(status(reply) == 400u);
    BOOST_TEST((**reply).body.bytes.find(R"("index":9)") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(what_the_gateway_does_not_know_is_sent_again_whole)
{
    EdgeWorld world;
    world.news(0, {head_at(kSlot), data_at(kSlot)});
    world.ask_for_data(kSlot);
    const auto reply =
        world.request("/eth/v2/beacon/pool/attestations", attestation(data_at(kSlot)));
    auto sent = world.outside.take(kBeaconSubmission);
    sent.at(0).done(Outcome::kDone);
    world.tell(0, kBeaconVerdict, encode(WireVerdict{0, kUnknownObject, {}}));
    sent = world.outside.take(kBeaconSubmission);
    BOOST_REQUIRE(sent.size() == 1u);
    Known nothing;
    WireSubmission whole;
    BOOST_TEST((decode(sent[0].message.bytes, nothing, whole) == Unpacked::kDone));
    sent[0].done(Outcome::kDone);
    world.outside.run(1s);
    BOOST_TEST(status(reply) == 200u);
}

BOOST_AUTO_TEST_CASE(a_post_that_one_gateway_did_not_get_goes_to_the_other)
{
    for (const Outcome outcome : {Outcome::kNotDone, Outcome::kUnknown}) {
        EdgeWorld world(2);
        const auto reply =
            world.request("/eth/v2/beacon/pool/attestations", attestation(data_at(kSlot)));
        auto sent = world.outside.take(kBeaconSubmission);
        BOOST_REQUIRE(sent.size() == 1u);
        sent[0].done(outcome);
        sent = world.outside.take(kBeaconSubmission);
        BOOST_REQUIRE(sent.size() == 1u);
        BOOST_TEST((sent[0].peer == key_number(1)));
        sent[0].done(outcome);
        BOOST_TEST(status(reply) == 503u);
    }
}

BOOST_AUTO_TEST_CASE(an_aggregate_of_other_data_is_not_passed_on)
{
    EdgeWorld world;
    const auto exchanges = beacon_exchanges("aggregate_attestation?");
    const auto ask = [&](const std::string& response) {
        const auto reply = world.request(exchanges[0].path);
        const auto sent = world.outside.take(kBeaconRequest);
        Known known;
        WireRequest request;
        decode(sent.at(0).message.bytes, known, request);
        world.tell(
            0, kBeaconAnswer,
            encode(WireAnswer{request.id, {200, {Content::kJson, response}, {}}}, known));
        return status(reply);
    };
    BOOST_TEST(ask(exchanges[0].response) == 200u);
    BOOST_TEST(ask(exchanges[1].response) == 502u);
}

BOOST_AUTO_TEST_CASE(a_get_whose_fate_is_unknown_is_repeated_and_a_post_is_not)
{
    EdgeWorld world(2);
    const auto get = world.request("/eth/v1/beacon/headers/head");
    world.outside.take(kBeaconRequest).at(0).done(Outcome::kUnknown);
    BOOST_TEST((world.outside.take(kBeaconRequest).at(0).peer == key_number(1)));
    const auto post = world.request("/eth/v2/beacon/blocks", R"({"message":{}})");
    world.outside.take(kBeaconRequest).at(0).done(Outcome::kUnknown);
    BOOST_TEST(status(post) == 504u);
    BOOST_TEST(status(get) == 0u);
    world.outside.run(11s);
    BOOST_TEST(status(get) == 504u);
}
