#include "bridge/beacon/gateway.h"

#include <algorithm>

namespace depinsat::bridge::beacon {
namespace {

using namespace std::chrono_literals;

constexpr auto kAskAgain = 2s;

ApiRequest get(std::string target)
{
    ApiRequest request;
    request.target = std::move(target);
    return request;
}

} // namespace

const Gateway::Lane::Limits Gateway::kLimits{.waiting = kMaxQueued,
                                             .waiting_bytes = 2 * kMaxBodyBytes,
                                             .active = kMaxActive / 2,
                                             .all_active = kMaxActive};

Gateway::Gateway(GatewayConfig config, Surroundings& world, Node& node)
    : config_(config), world_(world), node_(node), duties_(kLimits), others_(kLimits)
{}

void Gateway::start()
{
    listen();
    ask_for_chain();
    ask_for_state();
}

/// At the node when its turn comes; an error if the peer has as much waiting as it may.
void Gateway::at_node(const link::PublicKey& peer, Need need, Job job)
{
    Lane& lane = need == Need::kOther ? others_ : duties_;
    const Done done = job.done;
    const size_t size = job.request.body.bytes.size() + job.request.target.size();
    if (!lane.push(peer, {peer, std::move(job)}, size, need == Need::kSubmission))
        return done({true, error_reply(503, "the gateway is busy")});
    run_next(lane);
}

/// Of the gateway itself, which is a peer like others.
void Gateway::ask_own(const ApiRequest& request, Need need, Done done)
{
    at_node({}, need, {request, config_.node_timeout, std::move(done)});
}

void Gateway::run_next(Lane& lane)
{
    while (auto next = lane.pop()) {
        const auto [peer, job] = std::move(*next);
        node_.request(job.request, job.timeout,
                      [this, &lane, peer = peer, done = job.done](NodeReply reply) {
                          lane.done(peer);
                          done(std::move(reply));
                          run_next(lane);
                      });
    }
}

void Gateway::ask_for_chain()
{
    ask_own(get("/eth/v1/beacon/genesis"), Need::kOther, [this](NodeReply genesis) {
        ask_own(get("/eth/v1/config/spec"), Need::kOther,
                [this, genesis](const NodeReply& spec) {
                    const auto first = parse_json(genesis.reply.body.bytes),
                               second = parse_json(spec.reply.body.bytes);
                    if (genesis.reached && spec.reached && first && second)
                        chain_ = read_chain(*first, *second);
                    if (!chain_)
                        return world_.after(kAskAgain, [this] { ask_for_chain(); });
                    for (const auto& [key, user] : users_)
                        if (is_interested(user))
                            tell_state(key, true);
                    arm_slot();
                });
    });
}

void Gateway::ask_for_state()
{
    ask_own(get("/eth/v1/node/syncing"), Need::kOther, [this](const NodeReply& reply) {
        take_state(reply);
        listen(); // to what those want who are still here
        const auto wait =
            state_.reachable && chain_ ? chain_->slot_time : Milliseconds(kAskAgain);
        world_.after(wait, [this] { ask_for_state(); });
    });
}

void Gateway::take_state(const NodeReply& reply)
{
    const NodeState state = reply.reached ? read_state(reply.reply) : NodeState();
    NodeState told = state_; // heads tell how far it is; that alone is no news
    told.head_slot = state.head_slot;
    told.sync_distance = state.sync_distance;
    const bool changed = !(told == state);
    state_ = state;
    if (changed)
        for (const auto& [key, user] : users_)
            if (is_interested(user))
                tell_state(key, false);
}

} // namespace depinsat::bridge::beacon
