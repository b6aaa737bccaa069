#include "bridge/beacon/edge.h"

#include "bridge/messages.h"

#include <algorithm>

namespace depinsat::bridge::beacon {
namespace {

using namespace std::chrono_literals;

constexpr size_t kMaxJoined = 64; ///< clients that wait for one reply
constexpr auto kHelloTime = 30s;
constexpr auto kHelloAgain = 10s;

/// Blocks and aggregates are as urgent as attestations; the rest of what is asked waits.
link::Class class_of(const Route& route)
{
    switch (route.endpoint) {
    case Endpoint::kAggregate:
    case Endpoint::kBlock:
    case Endpoint::kPublish:
    case Endpoint::kAttestationData:
        return link::Class::kDuty;
    default:
        return link::Class::kInteractive;
    }
}

} // namespace

Edge::Edge(EdgeConfig config, Surroundings& world)
    : config_(std::move(config)),
      world_(world),
      gateways_(world, config_.gateways, config_.agreement),
      calls_(world, gateways_, config_.first_id),
      submissions_(world, gateways_, config_.deadlines)
{}

/// A client is here: gateways are to push, and to go on doing so.
void Edge::touch()
{
    last_client_ = world_.now();
    if (standing_by_)
        return;
    for (FarGateway& gateway : gateways_.all()) {
        const auto since = world_.now() - gateway.last_hello;
        const Chain chain = gateways_.chain().value_or(Chain());
        const auto epoch = chain.slot_time * int64_t(chain.slots_per_epoch);
        if (gateway.hellos == 0 || since >= epoch || (!gateway.chain && since >= kHelloAgain))
            greet(gateway);
    }
}

void Edge::greet(FarGateway& gateway)
{
    if (!world_.is_up(gateway.key))
        return;
    const WireHello hello{!gateway.chain, subscribers_.mask(), config_.deadlines};
    if (!world_.send(gateway.key, {link::Class::kInteractive, kBeaconHello, encode(hello)},
                     kHelloTime, {}))
        return;
    ++gateway.hellos;
    gateway.last_hello = world_.now();
}

void Edge::local(const Respond& respond, ApiReply reply)
{
    ++counters_.local;
    respond(std::move(reply));
}

void Edge::handle(const ApiRequest& request, Respond respond)
{
    ++counters_.requests;
    touch();
    const auto route = route_of(request.post, request.target);
    if (!route)
        return local(respond, error_reply(404, "no endpoint of the Beacon API"));
    switch (route->endpoint) {
    case Endpoint::kHealth:
        return health(respond);
    case Endpoint::kSyncing:
        return syncing(respond);
    case Endpoint::kHeadRoot:
        return head_root(request, respond);
    case Endpoint::kAttestationData:
        return attestation_data(request, std::move(respond));
    case Endpoint::kSubmission:
        return submissions_.submit(request, route->number, std::move(respond));
    case Endpoint::kEvents:
        return local(respond, error_reply(400, "events are a stream"));
    default:
        break;
    }
    if (ReplyCache::is_cacheable(route->endpoint))
        return carry_cacheable(request, *route, std::move(respond));
    carry(request, *route, std::move(respond));
}

Milliseconds Edge::timeout_of(const Route& route) const
{
    // A block is large, and nothing else is as dear.
    return route.endpoint == Endpoint::kBlock ? std::max<Milliseconds>(config_.timeout, 12s)
                                              : config_.timeout;
}

void Edge::carry(const ApiRequest& original, const Route& route, Respond respond)
{
    ApiRequest request = original;
    // What is checked here is read as JSON.
    request.wants_ssz &= route.endpoint == Endpoint::kBlock;
    calls_.call(
        request, class_of(route), timeout_of(route), nullptr,
        [this, request, route, respond = std::move(respond)](ApiReply reply, FarGateway* from) {
            if (from && route.endpoint == Endpoint::kAggregate && reply.status == 200 &&
                is_of_other_data(request, reply))
                reply = error_reply(502, "the gateway's aggregate is not of the data "
                                         "that was asked for");
            if (from)
                mark(reply, 1);
            respond(std::move(reply));
        });
}

void Edge::carry_cacheable(const ApiRequest& request, const Route& route, Respond respond)
{
    const auto& chain = gateways_.chain();
    const std::string key = ReplyCache::key_of(request, route, chain.value_or(Chain()));
    if (chain)
        if (const auto* reply = cache_.find(key, route, gateways_.head(), *chain, world_.now()))
            return local(respond, *reply);
    auto& joined = in_flight_[key];
    if (joined.size() >= kMaxJoined)
        return local(respond, error_reply(503, "too many clients wait for this"));
    joined.push_back(std::move(respond));
    if (joined.size() > 1)
        return;
    carry(request, route, [this, key, route](ApiReply reply) {
        if (reply.status == 200 && gateways_.chain())
            cache_.add(key, route, reply, gateways_.head(), *gateways_.chain(), world_.now());
        const auto all = in_flight_.extract(key);
        for (const Respond& one : all.mapped())
            one(reply);
    });
}

void Edge::mark(ApiReply& reply, size_t votes) const
{
    reply.fields.emplace_back("Depinsat-Agreement", std::to_string(votes) + " of " +
                                                        std::to_string(gateways_.all().size()) +
                                                        " gateways");
}

/// What load balancers and clients with several nodes go by.
void Edge::health(const Respond& respond)
{
    const FarGateway* gateway = gateways_.pick();
    const bool works = gateway && gateway->node && gateway->node->reachable &&
                       gateways_.up() >= gateways_.agreement();
    const unsigned status = !works ? 503 : gateway->node->syncing ? 206 : 200;
    local(respond, {status, {}, {}});
}

void Edge::syncing(const Respond& respond)
{
    const FarGateway* gateway = gateways_.pick();
    if (!gateway)
        return local(respond, error_reply(503, "the link to the gateway is down"));
    if (!gateway->node || !gateway->node->reachable)
        return local(respond, error_reply(503, "the gateway's beacon node cannot be reached"));
    const NodeState& node = *gateway->node;
    const auto& head = gateways_.head();
    const uint64_t slot = std::max(node.head_slot, head ? head->slot : 0);
    const uint64_t now = gateways_.chain() ? gateways_.chain()->slot_at(world_.now()) : slot;
    const uint64_t distance = now > slot ? now - slot : 0;
    local(respond, json_reply({{"data",
                                {{"head_slot", std::to_string(slot)},
                                 {"sync_distance", std::to_string(distance)},
                                 {"is_syncing", node.syncing},
                                 {"is_optimistic", node.optimistic},
                                 {"el_offline", node.el_offline}}}}));
}

/// The head as it was pushed, as long as there is somebody to push.
void Edge::head_root(const ApiRequest& request, const Respond& respond)
{
    const auto& head = gateways_.head();
    if (!head)
        return carry(request, {}, respond);
    if (gateways_.up() < gateways_.agreement())
        return local(respond, error_reply(503, "the link to the gateway is down"));
    local(respond, json_reply({{"execution_optimistic", head->execution_optimistic},
                               {"finalized", false},
                               {"data", {{"root", to_hex(head->block)}}}}));
}

void Edge::on_peer(const link::PublicKey& key, bool up)
{
    FarGateway* gateway = gateways_.find(key);
    if (!gateway)
        return;
    if (!up) {
        gateway->node.reset();
        return;
    }
    gateway->chain.reset(); // it may have begun anew: hello says so
    if (last_client_ && !standing_by_)
        greet(*gateway);
}

std::optional<std::string> Edge::check_topics(std::span<const std::string> wanted) const
{
    if (wanted.empty())
        return "topics are missing";
    for (const auto& topic : wanted)
        if (!std::ranges::count(topics(), topic))
            return "topic \"" + topic.substr(0, 40) + "\" is not carried over the link";
    return {};
}

uint64_t Edge::subscribe(std::span<const std::string> wanted, Subscribers::Sink sink)
{
    uint64_t mask = 0;
    for (const auto& topic : wanted)
        mask |= 1ull << (std::ranges::find(topics(), topic) - topics().begin());
    const bool more = (subscribers_.mask() | mask) != subscribers_.mask();
    const uint64_t id = subscribers_.add(mask, std::move(sink));
    ++counters_.requests;
    touch();
    if (more && mask != 1 && !standing_by_) // heads are pushed in any case
        for (FarGateway& gateway : gateways_.all())
            greet(gateway);
    return id;
}

} // namespace depinsat::bridge::beacon
