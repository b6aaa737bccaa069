#include "bridge/beacon/egress.h"

#include "bridge/messages.h"

#include <spdlog/spdlog.h>

#include <algorithm>

namespace depinsat::bridge::beacon {
namespace {

using namespace std::chrono_literals;

constexpr uint8_t kKinds[] = {kBeaconHello, kBeaconRequest, kBeaconSubmission};
constexpr auto kReconnectTime = 1s;
constexpr auto kSilence = 60s; ///< of the stream of events: heads come each slot

GatewayConfig gateway_config(const std::vector<config::Upstream>& nodes)
{
    GatewayConfig config;
    config.node_timeout = std::ranges::max(nodes, {}, &config::Upstream::timeout).timeout;
    return config;
}

} // namespace

HttpNode::HttpNode(asio::io_context& io,
                   HttpClient& client,
                   std::vector<config::Upstream> nodes)
    : client_(client), nodes_(std::move(nodes)), retry_(io)
{}

void HttpNode::request(const ApiRequest& request,
                       Milliseconds timeout,
                       std::function<void(NodeReply)> done)
{
    ask(request, timeout, 1, done);
}

/// At the current node, or the next if it cannot be reached: nothing was sent then.
void HttpNode::ask(const ApiRequest& request,
                   Milliseconds timeout,
                   size_t tries,
                   const std::function<void(NodeReply)>& done)
{
    client_.request(call_of(nodes_[current_], node_request(request, timeout)),
                    [=, this, node = current_](HttpResult http) {
                        if (http.fault == HttpResult::Fault::kUnreachable) {
                            spdlog::warn("beacon: {} cannot be reached: {}",
                                         nodes_[node].url.authority(), http.message);
                            if (current_ == node)
                                current_ = (node + 1) % nodes_.size();
                            if (tries < nodes_.size())
                                return ask(request, timeout, tries + 1, done);
                        }
                        if (http.fault == HttpResult::Fault::kTooLarge)
                            return done(
                                {true, error_reply(502, "the node's answer is too large "
                                                        "for the link")});
                        if (http.fault != HttpResult::Fault::kNone)
                            return done({false, {}});
                        done({true, api_reply(std::move(http))});
                    });
}

void HttpNode::listen(uint64_t topics)
{
    if (topics == topics_ && download_)
        return;
    topics_ = topics;
    connect();
}

void HttpNode::connect()
{
    HttpCall call = call_of(nodes_[current_], events_request(topics_, kSilence));
    call.timeout = kSilence; // and not the node's
    events_ = {};
    download_ = client_.download(
        std::move(call),
        [](unsigned status) {
            if (status != 200)
                spdlog::warn("beacon: the node answers status {} to the wish for events",
                             status);
        },
        [this](std::string_view piece) {
            if (!events_.take(piece, on_event))
                connect_later();
        },
        [this](const HttpResult&) {
            current_ = (current_ + 1) % nodes_.size();
            connect_later();
        });
}

void HttpNode::connect_later()
{
    retry_.expires_after(kReconnectTime);
    retry_.async_wait([this](error_code error) {
        if (!error)
            connect();
    });
}

Egress::Egress(const BridgeContext& context, std::vector<config::Upstream> nodes)
    : world_(context.io, context.link),
      node_(context.io, context.http, nodes),
      gateway_(gateway_config(nodes), world_, node_)
{
    node_.on_event = [this](std::string_view topic, const std::string& data) {
        gateway_.on_event(topic, data);
    };
    for (const uint8_t kind : kKinds)
        context.link.receive_kind(kind, [this, kind](const auto& peer, auto bytes) {
            gateway_.on_message(peer, kind, bytes);
        });
    context.link.watch_peers([this](const auto& peer, bool up) { gateway_.on_peer(peer, up); });
    const auto add = [&](const char* name, const char* help, auto value) {
        context.metrics.counter(std::string("depinsat_beacon_") + name + "_total", help, {},
                                [value] { return double(value()); });
    };
    add("carried_requests", "Requests of user stations",
        [this] { return gateway_.counters().requests; });
    add("submissions", "Lists that validators posted",
        [this] { return gateway_.counters().submissions; });
    add("failed_submissions", "Of these, refused by the node",
        [this] { return gateway_.counters().failed_submissions; });
    add("news", "Heads and attestation data that were pushed",
        [this] { return gateway_.counters().news; });
}

nlohmann::json Egress::status() const
{
    const GatewayCounters& counters = gateway_.counters();
    const NodeState& node = gateway_.node_state();
    return {{"requests", counters.requests},
            {"submissions", counters.submissions},
            {"failed_submissions", counters.failed_submissions},
            {"news", counters.news},
            {"malformed", counters.malformed},
            {"node",
             {{"reachable", node.reachable},
              {"syncing", node.syncing},
              {"head_slot", node.head_slot}}}};
}

std::optional<std::string> Egress::ailment() const
{
    if (!gateway_.node_state().reachable)
        return "no beacon node can be reached";
    if (gateway_.node_state().syncing)
        return "the beacon node is syncing";
    return {};
}

} // namespace depinsat::bridge::beacon
