#include "bridge/json_rpc/protocol.h"

#include "bridge/json_rpc/edge.h"
#include "bridge/json_rpc/egress.h"
#include "bridge/json_rpc/ingress.h"
#include "bridge/json_rpc/probe.h"

#include <algorithm>

namespace depinsat::bridge::json_rpc {
namespace {

constexpr Edge::Kinds kKinds{kJsonRpcRequest, kJsonRpcAnswer, kJsonRpcKeyed};

class JsonRpc : public Protocol
{
public:
    explicit JsonRpc(const BridgeContext& context) : context_(context)
    {
        const auto& bridges = context.station.json_rpc;
        const auto upstreams = upstreams_of(context.station, "json_rpc");
        size_t cache_bytes = 0;
        for (const auto& bridge : bridges)
            cache_bytes += bridge.cache_bytes;
        if (!bridges.empty())
            edge_.emplace(context, kKinds, cache_bytes,
                          ordinary_.emplace(context, "json_rpc", upstreams, checks()));
        for (const auto& bridge : bridges) {
            context.dictionaries.use(dictionary_name(bridge.service));
            for_key("bridge.json_rpc.listen", [&] { listen(bridge); });
        }
        if (context.station.role == config::Role::kGateway && !upstreams.empty())
            egress_.emplace(context, kKinds, upstreams);
    }

    bool is_empty() const { return !edge_ && !egress_; }

    void start() override
    {
        if (edge_) {
            ordinary_->start();
            edge_->resume(context_.station.json_rpc);
        }
        for (const auto& ingress : ingresses_)
            ingress->start();
    }

    std::optional<std::string> ailment() const override
    {
        for (const auto& bridge : context_.station.json_rpc)
            if (!context_.link.first_up(bridge.gateways) && !ordinary_->serves(bridge.service))
                return "service " + bridge.service + ": " + kNoWay;
        return {};
    }

    nlohmann::json status() const override
    {
        if (!edge_)
            return nullptr;
        nlohmann::json services = nlohmann::json::object();
        for (const auto& bridge : context_.station.json_rpc)
            services[bridge.service] = ordinary_->status(bridge.service);
        return {{"services", services}};
    }

private:
    void listen(const config::JsonRpcBridge& bridge)
    {
        ingresses_.push_back(std::make_unique<Ingress>(
            context_.io, bridge.server, Versions::kAny,
            [this, &bridge](const Call& call, const auto&, auto done) {
                if (call.notification)
                    edge_->notify(bridge, call);
                else
                    edge_->call(bridge, call, std::move(done));
            }));
    }

    const BridgeContext context_;
    std::optional<Ordinary> ordinary_;
    std::optional<Edge> edge_;
    std::vector<std::unique_ptr<Ingress>> ingresses_;
    std::optional<Egress> egress_;
};

} // namespace

std::unique_ptr<Protocol> make_protocol(const BridgeContext& context)
{
    return make_unless_empty<JsonRpc>(context);
}

} // namespace depinsat::bridge::json_rpc
