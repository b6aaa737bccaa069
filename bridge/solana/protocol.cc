#include "bridge/solana/protocol.h"

#include "bridge/json_rpc/edge.h"
#include "bridge/json_rpc/egress.h"
#include "bridge/json_rpc/ingress.h"
#include "bridge/solana/carrier.h"
#include "bridge/solana/delivery.h"
#include "bridge/solana/probe.h"

namespace depinsat::bridge::solana {
namespace {

using json_rpc::Call;
using Done = std::function<void(std::string)>;

constexpr json_rpc::Edge::Kinds kKinds{kSolanaRequest, kSolanaAnswer, kSolanaKeyed};

class Solana : public Protocol
{
public:
    explicit Solana(const BridgeContext& context) : context_(context)
    {
        const auto& bridges = context.station.solana;
        auto upstreams = upstreams_of(context.station, "solana");
        for (auto& upstream : upstreams)
            upstream.service = kService;
        size_t cache_bytes = 0;
        for (const auto& bridge : bridges)
            cache_bytes += bridge.calls.cache_bytes;
        if (!bridges.empty()) {
            context.dictionaries.use(json_rpc::dictionary_name(kService));
            ordinary_.emplace(context, "solana", upstreams, checks());
            edge_.emplace(context, kKinds, cache_bytes, *ordinary_);
            carrier_.emplace(
                context, *ordinary_,
                [this](const auto& bridge, const char* method, const Json& params, Done done) {
                    const Json call{{"method", method}, {"params", params}};
                    edge_->call(bridge.calls, Call{nullptr, false, method, call.dump()},
                                std::move(done));
                });
        }
        for (const auto& bridge : bridges)
            for_key("bridge.solana.listen", [&] { listen(bridge); });
        if (context.station.role == config::Role::kUser || upstreams.empty())
            return;
        delivery_.emplace(context, upstreams);
        egress_.emplace(context, kKinds, std::move(upstreams));
    }

    bool is_empty() const { return !edge_ && !egress_; }

    void start() override
    {
        if (carrier_) {
            ordinary_->start();
            carrier_->start();
        }
        for (const auto& ingress : ingresses_)
            ingress->start();
    }

    nlohmann::json status() const override
    {
        if (!carrier_)
            return nullptr;
        auto out = ordinary_->status(kService);
        out["transactions"] = carrier_->status();
        return out;
    }

    std::optional<std::string> ailment() const override
    {
        for (const auto& bridge : context_.station.solana)
            if (!context_.link.first_up(bridge.calls.gateways) && !ordinary_->serves(kService))
                return kNoWay;
        return {};
    }

private:
    void listen(const config::SolanaBridge& bridge)
    {
        ingresses_.push_back(std::make_unique<json_rpc::Ingress>(
            context_.io, bridge.calls.server, json_rpc::Versions::kTwo,
            [this, &bridge](const Call& call, const auto&, auto done) {
                take(bridge, call, std::move(done));
            }));
    }

    void take(const config::SolanaBridge& bridge, const Call& call, Done done)
    {
        const auto params = [&] {
            return Json::parse(call.text).value("params", Json::array());
        };
        if (call.method == "sendTransaction")
            return carrier_->send(bridge, params(), std::move(done));
        if (call.method == "depinsat_transactionStatus")
            return done(carrier_->status_of(params()));
        if (call.method == "getSignatureStatuses" && !ordinary_->serves(kService))
            if (auto known = carrier_->statuses(params()))
                return done(std::move(*known));
        if (call.notification)
            edge_->notify(bridge.calls, call);
        else
            edge_->call(bridge.calls, call, std::move(done));
    }

    const BridgeContext context_;
    std::optional<Ordinary> ordinary_;
    std::optional<json_rpc::Edge> edge_;
    std::optional<Carrier> carrier_;
    std::vector<std::unique_ptr<json_rpc::Ingress>> ingresses_;
    std::optional<Delivery> delivery_;
    std::optional<json_rpc::Egress> egress_;
};

} // namespace

std::unique_ptr<Protocol> make_protocol(const BridgeContext& context)
{
    return make_unless_empty<Solana>(context);
}

} // namespace depinsat::bridge::solana
