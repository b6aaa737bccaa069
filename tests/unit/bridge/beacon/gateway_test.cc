#include "bridge/beacon/gateway.h"

#include "beacon_bodies.h"
#include "bridge/messages.h"
#include "fake_surroundings.h"

#include <boost/test/unit_test.hpp>

using namespace depinsat::bridge::beacon;
using namespace depinsat::test;
using depinsat::bridge::kBeaconAnswer;
using depinsat::bridge::kBeaconHello;
using depinsat::bridge::kBeaconNews;
using depinsat::bridge::kBeaconRequest;
using depinsat::bridge::kBeaconState;
using depinsat::bridge::kBeaconSubmission;
using depinsat::bridge::kBeaconVerdict;
using namespace std::chrono_literals;

namespace {

constexpr uint64_t kSlot = 3 * 32 + 5;

Root root(uint8_t value)
{
    Root root;
    root.fill(value);
    return root;
}

AttestationData data_at(uint64_t slot)
{
    return {slot, 0, root(1), {2, root(2)}, {slot / 32, root(3)}};
}

/// Answers what a gateway asks for itself; all else as `others` says.
class FakeNode : public Node
{
public:
    void request(const ApiRequest& request,
                 Milliseconds,
                 std::function<void(NodeReply)> done) override
    {
        requests.push_back(request);
        const std::string path = request.target.substr(0, request.target.find('?'));
        if (path == "/eth/v1/beacon/genesis" || path == "/eth/v1/config/spec")
            return done(
                {true, {200, {Content::kJson, beacon_exchanges(path)[0].response}, {}}});
        if (path == "/eth/v1/node/syncing")
            return done(
                {reached,
                 json_reply(
                     {{"data",
                       {{"head_slot", "1"}, {"sync_distance", "0"}, {"is_syncing", false}}}})});
        if (path == "/eth/v1/validator/attestation_data")
            return done({true, json_reply({{"data", to_json(data_at(*from_decimal(*query_value(
                                                        request.target, "slot"))))}})});
        done({reached, others});
    }
    void listen(uint64_t mask) override { topics = mask; }

    size_t count(const std::string& part) const
    {
        size_t count = 0;
        for (const auto& request : requests)
            count += request.target.find(part) != std::string::npos;
        return count;
    }

    std::vector<ApiRequest> requests;
    ApiReply others = json_reply(Json::object());
    bool reached = true;
    uint64_t topics = 0;
};

struct World {
    World() : gateway({}, outside, node)
    {
        Chain chain;
        chain.genesis = 1795363763s; // as in the capture
        outside.origin = chain.start_of(kSlot);
        outside.up.insert(user);
        gateway.start();
    }

    void hello(uint64_t topics = 1)
    {
        gateway.on_message(user, kBeaconHello, encode(WireHello{true, topics}));
    }

    void head(uint64_t slot)
    {
        gateway.on_event("head", dump(to_json(Head{slot, root(1), root(4), root(5), root(6),
                                                   false, false})));
    }

    void submit(const std::string& path, const std::string& body, bool ssz = false)
    {
        size_t index = 0;
        while (depinsat::bridge::beacon::submissions()[index].path != path)
            ++index;
        gateway.on_message(
            user, kBeaconSubmission,
            encode(WireSubmission{7, uint8_t(index), ssz, "electra", {Content::kJson, body}},
                   known, true));
    }

    /// Duties that pass make slots of duty.
    void duties(uint64_t slot)
    {
        node.others = json_reply({{"data", Json::array({{{"slot", std::to_string(slot)},
                                                         {"validator_index", "1"}}})}});
        ApiRequest request;
        request.post = true;
        request.target = "/eth/v1/validator/duties/attester/3";
        request.body = {Content::kJson, R"(["1"])"};
        gateway.on_message(user, kBeaconRequest,
                           encode(WireRequest{1, 5000, request}, known, true));
    }

    depinsat::link::PublicKey user = key_number(9);
    Known known;
    FakeNode node;
    FakeSurroundings outside;
    Gateway gateway;
};

} // namespace

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
