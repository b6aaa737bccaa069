// Beside the ordinary connection: when it serves, and what it says.
#include "bridge/beacon/edge.h"

#include <algorithm>

namespace depinsat::bridge::beacon {

void Edge::stand_by(bool standing_by)
{
    if (std::exchange(standing_by_, standing_by) == standing_by || standing_by)
        return;
    gateways_.forget_news();
    wished_.clear();
    for (FarGateway& gateway : gateways_.all()) {
        gateway.chain.reset(); // hello asks for everything
        if (last_client_)
            greet(gateway);
    }
}

std::optional<std::string> Edge::fault_of(const ApiRequest& request,
                                          const Route& route,
                                          const ApiReply& reply,
                                          const Chain& chain)
{
    if (reply.status != 200)
        return {};
    if (route.endpoint == Endpoint::kAggregate && is_of_other_data(request, reply))
        return "the aggregate is not of the data that was asked for";
    if (route.endpoint != Endpoint::kAttestationData)
        return {};
    const auto text = query_value(request.target, "slot");
    const auto slot = text ? from_decimal(*text) : std::nullopt;
    const auto json = parse_json(reply.body.bytes);
    const Json* object = json ? object_at(*json, "data") : nullptr;
    const auto data = object ? beacon::attestation_data(*object) : std::nullopt;
    if (!slot || !data)
        return "the attestation data makes no sense";
    if (const auto fault = rules_.fault(*data, *slot, chain, world_.now())) {
        ++counters_.refused_templates;
        return "the attestation data of the node is not handed out: " + *fault;
    }
    rules_.handed_out(*data);
    return {};
}

void Edge::on_ordinary_event(std::string_view topic, const std::string& data)
{
    const auto found = std::ranges::find(topics(), topic);
    if (!standing_by_ || found == topics().end())
        return;
    if (found != topics().begin())
        return subscribers_.send(size_t(found - topics().begin()), data);
    const auto json = parse_json(data);
    if (const auto block = json ? root_at(*json, "block") : std::nullopt)
        tell_head(*block, data);
}

} // namespace depinsat::bridge::beacon
