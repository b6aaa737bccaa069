#include "bridge/ethereum/edge.h"

#include "bridge/ethereum/calls.h"
#include "bridge/ethereum/json_rpc.h"
#include "bridge/ethereum/packed_json.h"
#include "bridge/json_rpc/results.h"
#include "bridge/wall_clock.h"

#include <algorithm>

namespace depinsat::bridge::ethereum {
namespace {

using namespace std::chrono_literals;

constexpr const char* kHeadCall =
    R"({"method":"eth_getBlockByNumber","params":["latest",false]})";
constexpr auto kTick = 1s;

/// A node's answer to kHeadCall, if it is one.
Json head_in(const HttpResult& http)
{
    const auto result = http.fault == HttpResult::Fault::kNone && http.status == 200
                            ? result_of(http.body)
                            : std::nullopt;
    const Json head = result ? Json::parse(*result).value("result", Json()) : Json();
    const bool is_head =
        hash_at(head, "hash") && quantity_at(head, "number") && quantity_at(head, "timestamp");
    return is_head ? head : Json();
}

/// Whether it is that of a node which keeps up with its chain.
bool keeps_up(const config::Upstream& node, const Json& head)
{
    if (head.is_null())
        return false;
    const double age = double(wall_seconds()) - double(*quantity_at(head, "timestamp"));
    return node.max_head_age == 0s || age <= double(node.max_head_age.count());
}

} // namespace

Edge::Edge(const BridgeContext& context)
    : io_(context.io),
      station_(context.station),
      link_(context.link),
      calls_(context.io, context.link, kEthereumRequest, kEthereumAnswer, context.counters),
      gateways_(context.station, context.link),
      carrier_(context, gateways_),
      timer_(context.io)
{
    link_.receive_kind(kEthereumNews,
                       [this](const auto& peer, auto bytes) { on_news(peer, bytes); });
    link_.watch_peers([this](const auto& peer, bool up) {
        if (up)
            return follow_again(peer);
        gateways_.view(peer).forget();
        last_asked_.erase(peer);
    });
    if (auto upstreams = upstreams_of(station_, "ethereum"); !upstreams.empty())
        ordinary_.emplace(context.io, context.http, std::move(upstreams),
                          UpstreamChoice::Checks{
                              [](const auto&) {
                                  return NodeRequest{.body =
                                                         upstream_request(kHeadCall, false)};
                              },
                              [this](const config::Upstream& node, const HttpResult& http) {
                                  Json head = head_in(http);
                                  const bool good = keeps_up(node, head);
                                  if (good && ordinary_->serving() == node.url.authority())
                                      take_ordinary_head(std::move(head));
                                  return good;
                              }});
    add_metrics(context.metrics);
}

void Edge::start()
{
    if (ordinary_)
        ordinary_->start();
    tick();
}

void Edge::tick()
{
    const bool ordinary = is_ordinary();
    if (!ordinary)
        ordinary_head_ = nullptr; // another one, when it is back
    look();
    look_by_ordinary();
    send_again();
    if (!ordinary && carrier_.has_unfinished())
        for (const auto& bridge : station_.ethereum)
            keep_interest(bridge);
    for (const auto& watcher : watchers_)
        if (watcher.wanted() && !ordinary)
            keep_interest(*watcher.bridge);
    tell_heads();
    timer_.expires_after(kTick);
    timer_.async_wait([this](error_code error) {
        if (!error)
            tick();
    });
}

void Edge::watch_heads(const config::EthereumBridge& bridge,
                       std::function<bool()> wanted,
                       std::function<void(const Json& head)> on_head)
{
    watchers_.push_back({&bridge, std::move(wanted), std::move(on_head), {}});
}

void Edge::tell_heads()
{
    for (auto& watcher : watchers_) {
        const bool ordinary = ordinary_ && ordinary_->is_up();
        const Json* head = ordinary ? &ordinary_head_ : gateways_.head(*watcher.bridge);
        if (!head || head->is_null() || hash_at(*head, "hash") == hash_at(watcher.told, "hash"))
            continue;
        watcher.told = *head;
        if (watcher.wanted())
            watcher.on_head(watcher.told);
    }
}

void Edge::call(const config::EthereumBridge& bridge,
                const std::string& method,
                const std::string& call,
                Done done)
{
    if (method == "depinsat_transactionStatus")
        return done(carrier_.status_of(call));
    if (ordinary_ && ordinary_->is_up())
        return call_ordinary(bridge, method, call, std::move(done));
    call_satellite(bridge, method, call, std::move(done));
}

void Edge::call_ordinary(const config::EthereumBridge& bridge,
                         const std::string& method,
                         const std::string& call,
                         Done done)
{
    if (method == "eth_sendRawTransaction")
        if (const auto refused = carrier_.refusal_of(bridge, call))
            return done(*refused);
    const bool idempotent = is_idempotent(method);
    ordinary_->request({.body = upstream_request(call, false),
                        .timeout = bridge.timeout,
                        .idempotent = idempotent},
                       [this, bridge, method, call, idempotent,
                        done = std::move(done)](const HttpResult& http) {
                           const auto result = http.fault == HttpResult::Fault::kNone
                                                   ? result_of(http.body)
                                                   : std::nullopt;
                           if (result)
                               return done(*result);
                           if (idempotent || http.fault == HttpResult::Fault::kUnreachable)
                               return call_satellite(bridge, method, call, done);
                           done(json_rpc::ordinary_lost_result());
                       });
}

} // namespace depinsat::bridge::ethereum
