#include "bridge/ethereum/edge.h"

#include "bridge/ethereum/class.h"
#include "bridge/ethereum/json_rpc.h"
#include "bridge/ethereum/packed_json.h"

#include <algorithm>

namespace depinsat::bridge::ethereum {
namespace {

using namespace std::chrono_literals;

constexpr auto kResumeTimeout = 20s;
constexpr const char* kHeadCall =
    R"({"method":"eth_getBlockByNumber","params":["latest",false]})";
constexpr const char* kResumeCall = R"({"method":"depinsat_resume"})";

std::string packed(const std::string& text)
{
    const Bytes bytes = pack_json(text);
    return {bytes.begin(), bytes.end()};
}

/// The methods that may run twice; whatever else there is may not.
bool is_idempotent(const std::string& method)
{
    for (const std::string_view one :
         {"eth_call", "eth_estimateGas", "eth_createAccessList", "eth_chainId",
          "eth_blockNumber", "eth_feeHistory", "eth_gasPrice", "eth_maxPriorityFeePerGas",
          "eth_blobBaseFee", "eth_syncing", "eth_sendRawTransaction"})
        if (method == one)
            return true;
    return method.starts_with("eth_get") || method.starts_with("net_") ||
           method.starts_with("web3_");
}

/// Whether a node's answer to kHeadCall is that of a node which keeps up with its chain.
bool keeps_up(const config::Upstream& node, const HttpResult& http)
{
    const auto result = http.status == 200 ? result_of(http.body) : std::nullopt;
    const Json head = result ? Json::parse(*result).value("result", Json()) : Json();
    const auto time = quantity_at(head, "timestamp");
    if (!time || !quantity_at(head, "number"))
        return false;
    const double age = unix_time() - double(*time);
    return node.max_head_age == 0s || age <= double(node.max_head_age.count());
}

std::string fault_result(CallFault fault)
{
    switch (fault) {
    case CallFault::kLinkDown:
        return error_result(kLinkDown, "the link to the gateway is down; nothing was sent");
    case CallFault::kBusy:
        return error_result(kBusy, "too many requests wait for the link; nothing was sent");
    case CallFault::kTooLarge:
        return error_result(kTooLarge,
                            "the request is too large for the link; nothing was sent");
    case CallFault::kNoAnswer:
        return error_result(kNoAnswerInTime,
                            "no answer over the link in time; whether the request "
                            "was carried out is not known");
    case CallFault::kFateUnknown:
        break;
    }
    return error_result(kFateUnknown,
                        "the link was lost; whether the request was carried out is "
                        "not known");
}

} // namespace

Edge::Edge(const BridgeContext& context)
    : station_(context.station),
      link_(context.link),
      calls_(context.io, context.link, kEthereumRequest, kEthereumAnswer, context.counters),
      carrier_(context, [this](const link::PublicKey& gateway, Poll receipt) {
          views_[gateway].follow(std::move(receipt));
      })
{
    link_.receive_kind(kEthereumNews,
                       [this](const auto& peer, auto bytes) { on_news(peer, bytes); });
    link_.watch_peers([this](const auto& peer, bool up) {
        if (const auto view = views_.find(peer); view != views_.end() && !up)
            view->second.forget();
    });
    if (auto upstreams = upstreams_of(station_, "ethereum"); !upstreams.empty())
        ordinary_.emplace(context.io, context.http, std::move(upstreams),
                          UpstreamChoice::Probe{upstream_request(kHeadCall, false), keeps_up});
    add_metrics(context.metrics);
}

void Edge::start()
{
    if (ordinary_)
        ordinary_->start();
}

const link::PublicKey& Edge::gateway_of(const config::EthereumBridge& bridge) const
{
    const auto up = std::ranges::find_if(
        bridge.gateways, [this](const auto& key) { return link_.peer_is_up(key); });
    return up == bridge.gateways.end() ? bridge.gateways.front() : *up;
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
    ordinary_->post(upstream_request(call, false), bridge.timeout, idempotent,
                    [this, bridge, method, call, idempotent,
                     done = std::move(done)](const HttpResult& http) {
                        const auto result = http.fault == HttpResult::Fault::kNone
                                                ? result_of(http.body)
                                                : std::nullopt;
                        if (result)
                            return done(*result);
                        if (idempotent || http.fault == HttpResult::Fault::kUnreachable)
                            return call_satellite(bridge, method, call, done);
                        done(error_result(kFateUnknown,
                                          "the ordinary connection failed; whether the request "
                                          "was carried out is not known"));
                    });
}

void Edge::call_satellite(const config::EthereumBridge& bridge,
                          const std::string& method,
                          const std::string& call,
                          Done done)
{
    const link::PublicKey& gateway = gateway_of(bridge);
    if (method == "eth_sendRawTransaction")
        return carrier_.send(bridge, gateway, call, std::move(done));
    if (link_.peer_is_up(gateway))
        if (auto known = views_[gateway].answer(call, now()))
            return done(std::move(*known));
    call_remote(gateway, bridge.timeout, call, std::move(done));
}

void Edge::notify(const config::EthereumBridge& bridge,
                  const std::string& method,
                  const std::string& call)
{
    if (ordinary_ && ordinary_->is_up())
        return ordinary_->post(upstream_request(call, true), bridge.timeout, false,
                               [](const HttpResult&) {});
    calls_.notify(gateway_of(bridge), class_of(method), packed(call), bridge.timeout);
}

void Edge::call_remote(const link::PublicKey& gateway,
                       std::chrono::milliseconds timeout,
                       const std::string& call,
                       Done done)
{
    const uint64_t asked = views_[gateway].heads();
    calls_.call(
        gateway, link::Class::kInteractive, packed(call), timeout,
        [this, gateway, call, asked, done = std::move(done)](std::optional<CallFault> fault,
                                                             const std::string& body) {
            if (fault)
                return done(fault_result(*fault));
            const auto result =
                unpack_json({reinterpret_cast<const uint8_t*>(body.data()), body.size()});
            if (!result || !is_result(*result))
                return done(error_result(kUpstreamDead, "the gateway's answer makes no sense"));
            views_[gateway].take_answer(call, *result, asked, now());
            done(*result);
        });
}

void Edge::on_news(const link::PublicKey& gateway, std::span<const uint8_t> bytes)
{
    View& view = views_[gateway];
    if (view.take_news(bytes, now()) == View::Taken::kUnusable)
        return resume(gateway);
    carrier_.on_head(gateway, view);
}

/// Asks for everything anew, once at a time.
void Edge::resume(const link::PublicKey& gateway)
{
    if (std::exchange(resuming_[gateway], true))
        return;
    views_[gateway].forget();
    call_remote(gateway, kResumeTimeout, kResumeCall,
                [this, gateway](const std::string&) { resuming_[gateway] = false; });
}

void Edge::add_metrics(Metrics& metrics)
{
    const auto add = [&](const char* name, const char* help, uint64_t View::Stats::*value) {
        metrics.counter(name, help, {}, [this, value] {
            uint64_t all = 0;
            for (const auto& [gateway, view] : views_)
                all += view.stats().*value;
            return double(all);
        });
    };
    add("depinsat_ethereum_heads_total", "Heads that gateways told", &View::Stats::heads);
    add("depinsat_ethereum_reorganisations_total", "Heads that do not follow the one before",
        &View::Stats::reorganisations);
    add("depinsat_ethereum_local_answers_total", "Calls answered from what was told",
        &View::Stats::local_answers);
    add("depinsat_ethereum_remote_answers_total", "Calls that had to go over the link",
        &View::Stats::remote_answers);
}

nlohmann::json Edge::status() const
{
    nlohmann::json all = nlohmann::json::array();
    for (const auto& [gateway, view] : views_) {
        const auto& s = view.stats();
        nlohmann::json head = nullptr;
        if (!view.head().is_null())
            head = {{"number", *quantity_at(view.head(), "number")},
                    {"hash", view.head().at("hash").get<std::string>()},
                    {"fresh", view.is_fresh(now())}};
        all.push_back({{"gateway", config::to_base64(gateway)},
                       {"head", head},
                       {"heads", s.heads},
                       {"reorganisations", s.reorganisations},
                       {"skipped", s.skipped},
                       {"local_answers", s.local_answers},
                       {"remote_answers", s.remote_answers}});
    }
    return {{"ordinary", ordinary_ && ordinary_->is_up() ? nlohmann::json(ordinary_->serving())
                                                         : nlohmann::json(nullptr)},
            {"changes", ordinary_ ? ordinary_->changes() : 0},
            {"views", all},
            {"transactions", carrier_.status()}};
}

std::optional<std::string> Edge::ailment() const
{
    const auto up = [this](const auto& bridge) {
        return link_.peer_is_up(gateway_of(bridge));
    };
    if ((ordinary_ && ordinary_->is_up()) || std::ranges::all_of(station_.ethereum, up))
        return {};
    return ordinary_ ? "neither the ordinary connection nor a gateway is up"
                     : "no gateway is up";
}

} // namespace depinsat::bridge::ethereum
