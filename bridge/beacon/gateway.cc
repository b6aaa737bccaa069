#include "bridge/beacon/gateway.h"

#include "bridge/beacon/ssz.h"
#include "bridge/messages.h"

#include "depinsat/link/wire.h"

#include <algorithm>

namespace depinsat::bridge::beacon {
namespace {

using namespace std::chrono_literals;

constexpr auto kVerdictTime = 10s;
constexpr auto kLeastAnswerTime = 1s;

/// The answer goes with the class of its question.
link::Class class_of(const Route& route)
{
    switch (route.endpoint) {
    case Endpoint::kAttestationData:
    case Endpoint::kAggregate:
    case Endpoint::kBlock:
    case Endpoint::kPublish:
        return link::Class::kDuty;
    default:
        return link::Class::kInteractive;
    }
}

} // namespace

void Gateway::on_peer(const link::PublicKey& key, bool up)
{
    const auto user = users_.find(key);
    if (up && user != users_.end() && is_interested(user->second))
        tell_state(key, false);
}

void Gateway::on_message(const link::PublicKey& key,
                         uint8_t kind,
                         std::span<const uint8_t> bytes)
{
    User& user = users_[key]; // listed stations only: the link knows no others
    switch (kind) {
    case kBeaconHello:
        return on_hello(key, user, bytes);
    case kBeaconRequest:
        return on_request(key, user, bytes);
    case kBeaconSubmission:
        return on_submission(key, user, bytes);
    default:
        return;
    }
}

void Gateway::on_request(const link::PublicKey& key, User& user, std::span<const uint8_t> bytes)
{
    WireRequest wire;
    const Unpacked read = decode(bytes, user.known, wire);
    ++counters_.requests;
    if (read == Unpacked::kUnknown)
        return answer(key, wire, {true, {kUnknownObject, {}, {}}});
    const auto route = route_of(wire.request.post, wire.request.target);
    if (read != Unpacked::kDone || !route || route->endpoint == Endpoint::kEvents) {
        ++counters_.malformed;
        return answer(key, wire, {true, error_reply(400, "the request makes no sense")});
    }
    const auto timeout = std::min(config_.node_timeout, Milliseconds(wire.timeout_ms));
    const bool is_duty = class_of(*route) == link::Class::kDuty;
    at_node(key, is_duty ? Need::kDuty : Need::kOther,
            {wire.request, timeout, [this, key, wire](NodeReply reply) {
                 answer(key, wire, std::move(reply));
             }});
}

void Gateway::answer(const link::PublicKey& key, const WireRequest& wire, NodeReply node)
{
    const auto route = route_of(wire.request.post, wire.request.target).value_or(Route());
    User& user = users_[key];
    if (!node.reached)
        node.reply = error_reply(502, "the gateway's beacon node gave no answer");
    else if (node.reply.status == 200)
        learn_duties(user, route, node.reply);
    Bytes bytes = encode(WireAnswer{wire.id, node.reply}, user.known);
    if (bytes.size() > link::kMaxMessageBytes)
        bytes = encode(
            WireAnswer{wire.id, error_reply(502, "the answer is too large for the link")},
            user.known);
    const auto lifetime =
        std::max<Milliseconds>(Milliseconds(wire.timeout_ms), kLeastAnswerTime);
    world_.send(key, {class_of(route), kBeaconAnswer, std::move(bytes)}, lifetime, {});
}

/// What passes says in which slots the user's validators wait for a head.
void Gateway::learn_duties(User& user, const Route& route, const ApiReply& reply)
{
    if (!chain_)
        return;
    const auto json = parse_json(reply.body.bytes);
    const Json* data = json ? object_at(*json, "data") : nullptr;
    if (!data)
        return;
    if (route.endpoint == Endpoint::kAttestationData)
        if (const auto value = beacon::attestation_data(*data))
            remember_variants(user, *value);
    if (!data->is_array())
        return;
    constexpr size_t kMaxDuties = 4096;
    if (route.endpoint == Endpoint::kAttesterDuties) {
        const uint64_t now = chain_->slot_at(world_.now());
        std::erase_if(user.duties, [&](uint64_t slot) {
            return slot < now || chain_->epoch_of(slot) == route.number;
        });
        for (const Json& duty : *data)
            if (const auto slot = decimal_at(duty, "slot");
                slot && user.duties.size() < kMaxDuties)
                user.duties.insert(*slot);
    }
    if (route.endpoint == Endpoint::kSyncDuties && !data->empty()) {
        const uint64_t period = chain_->epochs_per_sync_committee_period;
        const uint64_t current = chain_->epoch_of(chain_->slot_at(world_.now()));
        if (route.number / period == current / period)
            user.sync_until = (current / period + 1) * period;
    }
}

void Gateway::on_submission(const link::PublicKey& key,
                            User& user,
                            std::span<const uint8_t> bytes)
{
    WireSubmission wire;
    const Unpacked read = decode(bytes, user.known, wire);
    ++counters_.submissions;
    if (read == Unpacked::kUnknown)
        return verdict(key, wire.number, kUnknownObject, {});
    ApiRequest request;
    request.post = true;
    request.fork = wire.fork;
    request.body = wire.body;
    bool makes_sense = read == Unpacked::kDone;
    if (makes_sense) {
        request.target = beacon::submissions()[wire.index].path;
        if (wire.ssz) {
            const auto json = parse_json(wire.body.bytes);
            const auto list =
                wire.index == 2 ? SszList::kSyncCommitteeMessage : SszList::kSingleAttestation;
            const auto ssz = json ? ssz_of_json(list, *json) : std::nullopt;
            makes_sense = ssz.has_value();
            if (ssz)
                request.body = {Content::kBinary, {ssz->begin(), ssz->end()}};
        }
    }
    if (!makes_sense) {
        ++counters_.malformed;
        return verdict(key, wire.number, 400,
                       error_reply(400, "the gateway cannot read it").body);
    }
    post(key, wire.number, request, true);
}

/// @param again  once more if the node gives no answer: who has it already takes it as done.
void Gateway::post(const link::PublicKey& key,
                   uint16_t number,
                   const ApiRequest& request,
                   bool again)
{
    const auto told = [=, this](const NodeReply& node) {
        if (node.reached && node.reply.status / 100 == 2)
            return;
        if (!node.reached && again)
            return post(key, number, request, false);
        if (!node.reached)
            return verdict(key, number, 502,
                           error_reply(502, "the gateway's beacon node gave no answer").body);
        verdict(key, number, node.reply.status, node.reply.body);
    };
    at_node(key, Need::kSubmission, {request, config_.node_timeout, told});
}

void Gateway::verdict(const link::PublicKey& key, uint16_t number, unsigned status, Body body)
{
    ++counters_.failed_submissions;
    constexpr size_t kMaxBody = 4096;
    if (body.bytes.size() > kMaxBody)
        body = error_reply(status, "the node's reasons are too long for the link").body;
    world_.send(key,
                {link::Class::kDuty, kBeaconVerdict, encode(WireVerdict{number, status, body})},
                kVerdictTime, {});
}

} // namespace depinsat::bridge::beacon
