#pragma once

#include "bridge/beacon/gateway.h"

#include "beacon_bodies.h"
#include "bridge/messages.h"
#include "fake_surroundings.h"

#include <deque>

/// A gateway of the beacon bridge, its node and one user station, in virtual time.
namespace depinsat::test::gateway_world {

using namespace bridge::beacon;
using bridge::kBeaconAnswer;
using bridge::kBeaconHello;
using bridge::kBeaconNews;
using bridge::kBeaconRequest;
using bridge::kBeaconState;
using bridge::kBeaconSubmission;
using bridge::kBeaconVerdict;
using namespace std::chrono_literals;

inline constexpr uint64_t kSlot = 3 * 32 + 5;

inline Root root(uint8_t value)
{
    Root root;
    root.fill(value);
    return root;
}

inline AttestationData data_at(uint64_t slot)
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
        if (slow && !request.post)
            return open.push_back(std::move(done));
        done({reached, others});
    }
    void listen(uint64_t mask) override { topics = mask; }

    /// Answers what was kept back.
    void answer_all()
    {
        while (!open.empty()) {
            const auto done = std::move(open.front());
            open.pop_front();
            done({reached, others});
        }
    }

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
    bool slow = false; ///< GETs are kept back in `open`
    std::deque<std::function<void(NodeReply)>> open;
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

    void hello(uint64_t topics = 1, const DeadlineRules& deadlines = {})
    {
        gateway.on_message(user, kBeaconHello, encode(WireHello{true, topics, deadlines}));
    }

    void get(const depinsat::link::PublicKey& from, const std::string& target)
    {
        ApiRequest request;
        request.target = target;
        gateway.on_message(from, kBeaconRequest,
                           encode(WireRequest{1, 5000, request}, known, true));
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

} // namespace depinsat::test::gateway_world
