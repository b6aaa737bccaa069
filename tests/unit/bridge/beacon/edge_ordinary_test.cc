// An Edge beside the ordinary connection: it stands by, judges what that says, and takes over.
#include "edge_world.h"

using namespace depinsat::test;

namespace {

ApiRequest data_request(uint64_t slot)
{
    ApiRequest request;
    request.target =
        "/eth/v1/validator/attestation_data?committee_index=0&slot=" + std::to_string(slot);
    return request;
}

ApiReply data_reply(const AttestationData& data)
{
    return json_reply({{"data", to_json(data)}});
}

struct OrdinaryWorld : EdgeWorld {
    std::vector<std::string> events;

    OrdinaryWorld()
    {
        edge.subscribe(std::vector<std::string>{"head", "block"},
                       [this](std::string_view topic, const std::string& data) {
                           events.push_back(std::string(topic) + data);
                           return true;
                       });
        edge.stand_by(true);
        outside.sent.clear();
    }

    std::optional<std::string> fault_of(const AttestationData& data, uint64_t asked = kSlot)
    {
        return edge.fault_of(data_request(asked), Route{Endpoint::kAttestationData},
                             data_reply(data), chain());
    }
};

} // namespace

BOOST_AUTO_TEST_CASE(gateways_are_left_alone_while_it_serves)
{
    OrdinaryWorld world;
    world.edge.touch_client();
    world.outside.run(3600s);
    world.request("/eth/v1/node/health");
    world.edge.on_peer(key_number(0), true);
    BOOST_TEST(world.outside.take(kBeaconHello).empty());
    world.news(0, {head_at(kSlot), data_at(kSlot)});
    BOOST_TEST(world.events.empty());
}

BOOST_AUTO_TEST_CASE(when_it_ends_gateways_tell_everything_anew_and_old_news_count_no_more)
{
    OrdinaryWorld world;
    world.news(0, {head_at(kSlot), data_at(kSlot)});
    world.edge.touch_client();
    world.edge.stand_by(false);
    const auto hellos = world.outside.take(kBeaconHello);
    BOOST_REQUIRE(hellos.size() == 1u);
    WireHello hello;
    BOOST_REQUIRE(decode(hellos[0].message.bytes, hello));
    BOOST_TEST(hello.anew);
    BOOST_TEST(status(world.ask_for_data(kSlot)) == 0u); // it waits for the gateway's
    BOOST_TEST(status(world.request("/eth/v1/beacon/blocks/head/root")) == 0u);
}

BOOST_AUTO_TEST_CASE(its_events_are_passed_on_and_a_head_comes_once)
{
    OrdinaryWorld world;
    const std::string head = dump(to_json(head_at(kSlot)));
    world.edge.on_ordinary_event("head", head);
    world.edge.on_ordinary_event("head", head);
    world.edge.on_ordinary_event("head", "{}");
    world.edge.on_ordinary_event("attestation", "{}");
    world.edge.on_ordinary_event("block", "{}");
    BOOST_TEST((world.events == std::vector<std::string>{"head" + head, "block{}"}));
    world.edge.stand_by(false);
    world.tell(0, kBeaconState, encode(WireState{{true}, chain()}));
    world.news(0, {head_at(kSlot), data_at(kSlot)});
    BOOST_TEST(world.events.size() == 2u);
    world.news(0, {head_at(kSlot + 1, 9), {}});
    BOOST_TEST(world.events.size() == 3u);
    world.edge.on_ordinary_event("block", "{}");
    BOOST_TEST(world.events.size() == 3u);
}

BOOST_AUTO_TEST_CASE(its_attestation_data_keeps_to_the_rules)
{
    OrdinaryWorld world;
    BOOST_TEST(!world.fault_of(data_at(kSlot)).has_value());
    BOOST_TEST(world.fault_of(data_at(kSlot), kSlot + 1).has_value());
    AttestationData ahead = data_at(kSlot);
    ahead.source.epoch = 900;
    BOOST_TEST(world.fault_of(ahead).has_value());
    AttestationData back = data_at(kSlot);
    back.source.epoch -= 1;
    BOOST_TEST(world.fault_of(back).has_value()); // behind what was handed out
    BOOST_TEST(world.edge.counters().refused_templates == 3u);
    BOOST_TEST(world.edge
                   .fault_of(data_request(kSlot), Route{Endpoint::kAttestationData},
                             {200, {Content::kJson, "{}"}, {}}, chain())
                   .has_value());
    BOOST_TEST(!world.edge
                    .fault_of(data_request(kSlot), Route{Endpoint::kAttestationData},
                              error_reply(404, "none"), chain())
                    .has_value());
}

BOOST_AUTO_TEST_CASE(the_rules_hold_across_both_ways)
{
    OrdinaryWorld world;
    BOOST_TEST(!world.fault_of(data_at(kSlot)).has_value());
    world.edge.stand_by(false);
    world.tell(0, kBeaconState, encode(WireState{{true}, chain()}));
    AttestationData other = data_at(kSlot);
    other.source.root = root(99);
    world.news(0, {head_at(kSlot), other});
    const auto reply = world.ask_for_data(kSlot);
    world.outside.run(11s);
    BOOST_TEST(status(reply) == 503u);
}
