#pragma once

#include "bridge/beacon/edge.h"
#include "bridge/messages.h"
#include "fake_surroundings.h"

#include <boost/test/unit_test.hpp>

/// An Edge of a user station whose gateways are the test.
namespace depinsat::test {

using namespace bridge::beacon;
using bridge::kBeaconAnswer;
using bridge::kBeaconHello;
using bridge::kBeaconNews;
using bridge::kBeaconRequest;
using bridge::kBeaconState;
using bridge::kBeaconSubmission;
using bridge::kBeaconVerdict;
using link::Outcome;
using namespace std::chrono_literals;

inline Root root(uint8_t value)
{
    Root root;
    root.fill(value);
    return root;
}

inline Chain chain()
{
    Chain chain;
    chain.genesis = 1000s;
    chain.forks.electra_epoch = 0;
    return chain;
}

inline constexpr uint64_t kSlot = 200;

inline Head head_at(uint64_t slot, uint8_t block = 1)
{
    return {slot, root(block), root(2), root(3), root(4), false, false};
}

inline AttestationData data_at(uint64_t slot, uint8_t block = 1)
{
    return {slot, 0, root(block), {5, root(6)}, {slot / 32, root(7)}};
}

struct EdgeWorld {
    explicit EdgeWorld(size_t gateways = 1, size_t agreement = 1)
        : edge((outside.origin = chain().start_of(kSlot) + 300ms,
                config_of(gateways, agreement)),
               outside)
    {
        for (size_t i = 0; i < gateways; ++i)
            outside.up.insert(key_number(uint8_t(i)));
        request("/eth/v1/node/health"); // a client is here
        for (size_t i = 0; i < gateways; ++i)
            tell(i, kBeaconState,
                 encode(WireState{{true, false, false, false, kSlot - 1, 1}, chain()}));
        encoders.resize(gateways);
    }

    static EdgeConfig config_of(size_t gateways, size_t agreement)
    {
        EdgeConfig config;
        for (size_t i = 0; i < gateways; ++i)
            config.gateways.push_back({key_number(uint8_t(i))});
        config.agreement = agreement;
        return config;
    }

    void tell(size_t gateway, uint8_t kind, const Bytes& bytes)
    {
        edge.on_message(key_number(uint8_t(gateway)), kind, bytes);
    }

    void news(size_t gateway, const News& news)
    {
        uint8_t number = 0;
        tell(gateway, kBeaconNews, encoders[gateway].encode(news, number));
    }

    /// The reply, if there is one already.
    std::shared_ptr<std::optional<ApiReply>> request(const std::string& target,
                                                     const std::string& body = {})
    {
        ApiRequest request;
        request.target = target;
        request.post = !body.empty();
        if (request.post)
            request.body = {Content::kJson, body};
        auto reply = std::make_shared<std::optional<ApiReply>>();
        edge.handle(request, [reply](ApiReply one) {
            BOOST_TEST(!reply->has_value());
            *reply = std::move(one);
        });
        return reply;
    }

    auto ask_for_data(uint64_t slot)
    {
        return request("/eth/v1/validator/attestation_data?committee_index=0&slot=" +
                       std::to_string(slot));
    }

    FakeSurroundings outside;
    Edge edge;
    std::vector<NewsEncoder> encoders;
};

inline std::string attestation(const AttestationData& data)
{
    Json one;
    one["committee_index"] = "3";
    one["attester_index"] = "77";
    one["data"] = to_json(data);
    one["signature"] = "0x" + std::string(192, 'b');
    return dump(Json::array({one}));
}

inline unsigned status(const std::shared_ptr<std::optional<ApiReply>>& reply)
{
    return *reply ? (**reply).status : 0;
}

} // namespace depinsat::test
