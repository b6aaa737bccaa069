// The ways over the link: what is known of the chain, calls to gateways, comparing them.
#include "bridge/ethereum/calls.h"
#include "bridge/ethereum/edge.h"
#include "bridge/ethereum/json_rpc.h"
#include "bridge/ethereum/packed_json.h"
#include "bridge/json_rpc/results.h"

#include <algorithm>

namespace depinsat::bridge::ethereum {
namespace {

using namespace std::chrono_literals;

constexpr auto kResumeTimeout = 20s;
constexpr auto kInterestTime = 45s; ///< the gateway's is longer
constexpr auto kFirstPause = 500ms;
constexpr size_t kMaxFollowBytes = 200'000;

std::string packed(const std::string& text)
{
    const Bytes bytes = pack_json(text);
    return {bytes.begin(), bytes.end()};
}

} // namespace

struct Edge::Comparison {
    config::EthereumBridge bridge;
    std::string method, call;
    Done done; ///< null: it has been called
    link::Time deadline{};
    std::chrono::milliseconds pause = kFirstPause;
    std::map<std::string, Gateways::Tellers> said;
    size_t missing = 0;
    std::unique_ptr<asio::steady_timer> timer;

    void finish(const std::string& result)
    {
        if (const auto told = std::exchange(done, nullptr))
            told(result);
    }
};

void Edge::call_satellite(const config::EthereumBridge& bridge,
                          const std::string& method,
                          const std::string& call,
                          Done done)
{
    if (method == "eth_sendRawTransaction")
        return carrier_.send(bridge, gateways_.preferred(bridge), call, std::move(done));
    if (auto known = gateways_.answer(bridge, method, call)) {
        keep_interest(bridge);
        return done(std::move(*known));
    }
    if (bridge.agreement == 1 || !is_idempotent(method))
        return call_remote(gateways_.preferred(bridge), bridge.timeout, call, std::move(done));
    const auto comparison = std::make_shared<Comparison>();
    comparison->bridge = bridge;
    comparison->method = method;
    comparison->call = call;
    comparison->done = std::move(done);
    comparison->deadline = now() + bridge.timeout;
    compare(comparison);
}

/// Asks every gateway that is up.
void Edge::compare(const std::shared_ptr<Comparison>& comparison)
{
    const auto up = gateways_.up(comparison->bridge);
    if (!gateways_.counts(comparison->bridge, up))
        return comparison->finish(
            error_result(kLinkDown, "fewer gateways are up than have to agree"));
    comparison->said.clear();
    comparison->missing = up.size();
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(comparison->deadline - now());
    for (const auto& gateway : up)
        call_remote(gateway, left, comparison->call,
                    [this, comparison, gateway](const std::string& result) {
                        auto& tellers = comparison->said[result];
                        tellers.push_back(gateway);
                        if (gateways_.counts(comparison->bridge, tellers))
                            comparison->finish(result);
                        if (--comparison->missing == 0 && comparison->done)
                            compare_later(comparison);
                    });
}

/// Gateways differ for a moment when a block comes.
void Edge::compare_later(const std::shared_ptr<Comparison>& comparison)
{
    if (now() + comparison->pause >= comparison->deadline)
        return comparison->finish(error_result(kNoAgreement, "the gateways do not agree"));
    comparison->timer = std::make_unique<asio::steady_timer>(io_, comparison->pause);
    comparison->pause *= 2;
    comparison->timer->async_wait([this, comparison](error_code error) {
        if (error)
            return;
        if (const auto known =
                gateways_.answer(comparison->bridge, comparison->method, comparison->call))
            return comparison->finish(*known);
        compare(comparison);
    });
}

/// While clients are answered from news, the gateways hear now and then that they are.
void Edge::keep_interest(const config::EthereumBridge& bridge)
{
    auto gateways = gateways_.up(bridge);
    if (bridge.agreement == 1 && gateways.size() > 1)
        gateways.erase(gateways.begin() + 1, gateways.end());
    for (const auto& gateway : gateways) {
        auto& asked = last_asked_[gateway];
        if (asked != link::Time() && now() - asked < kInterestTime)
            continue;
        asked = now();
        calls_.notify(gateway, link::Class::kInteractive, packed(kInterestCall),
                      kResumeTimeout);
    }
}

void Edge::notify(const config::EthereumBridge& bridge,
                  const std::string& method,
                  const std::string& call)
{
    if (ordinary_ && ordinary_->is_up())
        return ordinary_->request(
            {.body = upstream_request(call, true), .timeout = bridge.timeout},
            [](const HttpResult&) {});
    calls_.notify(gateways_.preferred(bridge), class_of(method), packed(call), bridge.timeout);
}

void Edge::call_remote(const link::PublicKey& gateway,
                       std::chrono::milliseconds timeout,
                       const std::string& call,
                       Done done)
{
    const uint64_t asked = gateways_.view(gateway).heads();
    last_asked_[gateway] = now();
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
            gateways_.view(gateway).take_answer(call, *result, asked, now());
            done(*result);
        });
}

void Edge::on_news(const link::PublicKey& gateway, std::span<const uint8_t> bytes)
{
    if (gateways_.view(gateway).take_news(bytes, now()) == View::Taken::kUnusable)
        return resume(gateway);
    look();
    tell_heads();
}

/// Asks for everything anew, once at a time.
void Edge::resume(const link::PublicKey& gateway)
{
    if (std::exchange(resuming_[gateway], true))
        return;
    gateways_.view(gateway).forget();
    call_remote(gateway, kResumeTimeout, kResumeCall, [this, gateway](const std::string&) {
        resuming_[gateway] = false;
        follow_again(gateway);
    });
}

/// Names the transactions whose receipts this gateway is to tell; it may have started anew.
void Edge::follow_again(const link::PublicKey& gateway)
{
    const auto raws = carrier_.followed_at(gateway);
    for (size_t next = 0; next < raws.size();) {
        std::vector<Bytes> some;
        Json texts = Json::array();
        for (size_t bytes = 0; next < raws.size() && bytes < kMaxFollowBytes; ++next) {
            bytes += 2 * raws[next].size();
            texts.push_back(to_hex(raws[next]));
            some.push_back(raws[next]);
        }
        const Json call{{"method", kFollowMethod}, {"params", texts}};
        call_remote(gateway, kResumeTimeout, call.dump(),
                    [this, gateway, some](const std::string& result) {
                        if (result.starts_with("{\"result\""))
                            carrier_.follow(gateway, some);
                    });
    }
}

} // namespace depinsat::bridge::ethereum
