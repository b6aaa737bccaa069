#include "bridge/beacon/ordinary_node.h"

#include "bridge/beacon/wire.h"

#include <spdlog/spdlog.h>

namespace depinsat::bridge::beacon {
namespace {

using namespace std::chrono_literals;
using Fault = HttpResult::Fault;

constexpr auto kAskAgain = 1s;
constexpr auto kReconnectTime = 1s;
constexpr auto kSilence = 60s; ///< of the stream of events: heads come each slot
constexpr auto kChainTimeout = 5s;

ApiRequest get(std::string target)
{
    ApiRequest request;
    request.target = std::move(target);
    return request;
}

} // namespace

OrdinaryNode::OrdinaryNode(const BridgeContext& context)
    : client_(context.http),
      nodes_(context.io,
             context.http,
             upstreams_of(context.station, "beacon"),
             {[](const auto&) { return node_request(get("/eth/v1/node/syncing"), 1s); },
              [this](const auto& node, const HttpResult& http) { return is_good(node, http); },
              // A node may fail at one request; it says 503 while it syncs.
              [](const HttpResult& http) {
                  return http.status < 502 || http.status > 504;
              }}),
      ask_again_(context.io),
      retry_(context.io)
{
    nodes_.on_change = [this] {
        download_.reset();
        update();
    };
}

/// A node that is synced, with an execution node that it has not to take for granted, and a
/// head that is not old.
bool OrdinaryNode::is_good(const config::Upstream& node, const HttpResult& http) const
{
    const NodeState state = read_state(api_reply(http));
    if (!state.reachable || state.syncing || state.optimistic || state.el_offline)
        return false;
    if (!chain_ || node.max_head_age == 0s)
        return true;
    const auto age =
        std::chrono::system_clock::now().time_since_epoch() - chain_->start_of(state.head_slot);
    return age <= node.max_head_age;
}

void OrdinaryNode::start()
{
    nodes_.start();
}

void OrdinaryNode::update()
{
    if (nodes_.is_up() && !chain_)
        return ask_for_chain();
    if (std::exchange(told_, serves()) != serves() && on_change)
        on_change(serves());
    connect();
}

void OrdinaryNode::ask_for_chain()
{
    ask(get("/eth/v1/beacon/genesis"), true, kChainTimeout, [this](const auto& genesis, bool) {
        ask(get("/eth/v1/config/spec"), true, kChainTimeout,
            [this, genesis](const auto& spec, bool) {
                const auto first = genesis ? parse_json(genesis->body.bytes) : std::nullopt,
                           second = spec ? parse_json(spec->body.bytes) : std::nullopt;
                if (first && second)
                    chain_ = read_chain(*first, *second);
                ask_again_.expires_after(chain_ ? 0s : kAskAgain);
                ask_again_.async_wait([this](error_code error) {
                    if (!error)
                        update();
                });
            });
    });
}

void OrdinaryNode::ask(const ApiRequest& request,
                       bool idempotent,
                       std::chrono::milliseconds timeout,
                       Done done)
{
    NodeRequest out = node_request(request, timeout);
    out.idempotent = idempotent;
    nodes_.request(std::move(out), [done = std::move(done)](HttpResult http) {
        if (http.fault == Fault::kTooLarge)
            return done(error_reply(502, "the node's answer is too large"), true);
        if (http.fault != Fault::kNone)
            return done({}, http.fault != Fault::kUnreachable);
        done(api_reply(std::move(http)), true);
    });
}

void OrdinaryNode::listen(uint64_t topics)
{
    if (topics == topics_)
        return;
    topics_ = topics;
    download_.reset();
    connect();
}

void OrdinaryNode::connect()
{
    const config::Upstream* node = nodes_.node();
    if (!node || topics_ == 0 || download_)
        return;
    HttpCall call = call_of(*node, events_request(topics_, kSilence));
    call.timeout = kSilence; // and not the node's
    events_ = {};
    retry_.cancel();
    download_ = client_.download(
        std::move(call),
        [](unsigned status) {
            if (status != 200)
                spdlog::warn(
                    "beacon: the ordinary node answers status {} to the wish for events",
                    status);
        },
        [this](std::string_view piece) {
            if (!events_.take(piece, on_event))
                connect_later();
        },
        [this](const HttpResult&) { connect_later(); });
}

void OrdinaryNode::connect_later()
{
    retry_.expires_after(kReconnectTime);
    retry_.async_wait([this](error_code error) {
        if (error)
            return;
        download_.reset();
        connect();
    });
}

} // namespace depinsat::bridge::beacon
