#include "bridge/beacon/edge.h"

#include "bridge/messages.h"

namespace depinsat::bridge::beacon {
namespace {

constexpr size_t kMaxWaiting = 1024;
constexpr size_t kMaxWished = 8;

} // namespace

void Edge::on_message(const link::PublicKey& key, uint8_t kind, std::span<const uint8_t> bytes)
{
    FarGateway* gateway = gateways_.find(key);
    if (!gateway)
        return;
    WireState state;
    switch (kind) {
    case kBeaconAnswer:
        return calls_.on_answer(*gateway, bytes);
    case kBeaconVerdict:
        return submissions_.on_verdict(*gateway, bytes);
    case kBeaconNews:
        return on_news(*gateway, bytes);
    case kBeaconEvent:
        return on_event(*gateway, bytes);
    case kBeaconState:
        if (!decode(bytes, state))
            return;
        gateways_.take(*gateway, state);
        return retry_waiting();
    default:
        return;
    }
}

void Edge::on_news(FarGateway& gateway, std::span<const uint8_t> bytes)
{
    const auto news =
        gateways_.chain() ? gateway.news.decode(bytes, *gateways_.chain()) : std::nullopt;
    if (!news && standing_by_)
        return;
    if (!news) { // it takes for known what an earlier run knew
        gateway.chain.reset();
        return greet(gateway);
    }
    const auto head = gateways_.take(gateway, *news);
    if (head)
        cache_.on_head(*head, *gateways_.chain());
    retry_waiting();
    if (head && !standing_by_)
        tell_head(head->block, dump(to_json(*head)));
}

/// Once: it may have come another way before.
void Edge::tell_head(const Root& block, const std::string& data)
{
    if (std::exchange(told_head_, block) == block)
        return;
    ++counters_.heads;
    subscribers_.send(0, data);
}

void Edge::on_event(FarGateway& gateway, std::span<const uint8_t> bytes)
{
    WireEvent event;
    if (!standing_by_ && gateways_.pick() == &gateway && decode(bytes, event) &&
        event.topic != 0)
        subscribers_.send(event.topic, event.body.bytes);
}

void Edge::attestation_data(const ApiRequest& request, Respond respond)
{
    const auto number = [&](const char* name) {
        const auto text = query_value(request.target, name);
        return text ? from_decimal(*text) : std::nullopt;
    };
    const auto slot = number("slot");
    if (!slot)
        return local(respond, error_reply(400, "slot is missing or no number"));
    Waiting waiting{*slot, number("committee_index").value_or(0),
                    world_.now() + config_.timeout, std::move(respond)};
    if (hand_out(waiting)) {
        ++counters_.local;
        return;
    }
    if (waiting_.size() >= kMaxWaiting || gateways_.up() == 0)
        return waiting.respond(error_reply(503, "the link to the gateway is down"));
    const uint64_t id = next_waiting_++;
    waiting_.emplace(id, std::move(waiting));
    world_.after(config_.timeout, [this, id] { give_up(id); });
    wish(*slot);
}

/// Answers if there is data for it that may be handed out.
bool Edge::hand_out(Waiting& waiting)
{
    const auto& chain = gateways_.chain();
    const auto agreed = chain ? gateways_.attestation(waiting.slot) : std::nullopt;
    if (!agreed)
        return false;
    AttestationData data = agreed->data;
    if (const auto fault = rules_.fault(data, waiting.slot, *chain, world_.now())) {
        ++counters_.refused_templates;
        waiting.fault = *fault;
        return false;
    }
    rules_.handed_out(data);
    if (chain->epoch_of(data.slot) < chain->forks.electra_epoch)
        data.index = waiting.committee;
    const Json json = to_json(data);
    for (FarGateway& gateway : gateways_.all()) {
        const auto theirs = gateway.templates.find(waiting.slot);
        if (theirs != gateway.templates.end() && theirs->second == agreed->data)
            gateway.known.add(json);
    }
    ApiReply reply = json_reply({{"data", json}});
    mark(reply, agreed->votes);
    waiting.respond(std::move(reply));
    return true;
}

/// Asks gateways for the data of a slot that they have not pushed.
void Edge::wish(uint64_t slot)
{
    if (!wished_.insert(slot).second)
        return;
    if (wished_.size() > kMaxWished)
        wished_.erase(wished_.begin());
    ApiRequest request;
    request.target = attestation_target(slot);
    for (FarGateway& gateway : gateways_.all()) {
        if (!world_.is_up(gateway.key))
            continue;
        calls_.call(request, link::Class::kDuty, config_.timeout, &gateway,
                    [this, slot, &gateway](const ApiReply& reply, FarGateway*) {
                        wished_.erase(slot);
                        const auto json = parse_json(reply.body.bytes);
                        const Json* object = json ? object_at(*json, "data") : nullptr;
                        auto data = object ? beacon::attestation_data(*object) : std::nullopt;
                        for (auto& [id, waiting] : waiting_)
                            if (waiting.slot == slot && !data)
                                waiting.fault = reply.body.bytes.substr(0, 200);
                        if (!data)
                            return;
                        data->index = 0;
                        gateways_.take(gateway, News{{}, data});
                        retry_waiting();
                    });
    }
}

void Edge::retry_waiting()
{
    for (auto next = waiting_.begin(); next != waiting_.end();) {
        const auto waiting = next++;
        if (hand_out(waiting->second))
            waiting_.erase(waiting);
    }
}

void Edge::give_up(uint64_t id)
{
    auto waiting = waiting_.extract(id);
    if (waiting.empty())
        return;
    const std::string& fault = waiting.mapped().fault;
    waiting.mapped().respond(error_reply(
        503, fault.empty()
                 ? "no attestation data came over the link in time"
                 : "the attestation data of the gateway is not handed out: " + fault));
}

} // namespace depinsat::bridge::beacon
