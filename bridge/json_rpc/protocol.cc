#include "bridge/json_rpc/protocol.h"

#include "bridge/json_rpc/edge.h"
#include "bridge/json_rpc/egress.h"
#include "bridge/json_rpc/ingress.h"

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
        size_t cache_bytes = 0;
        for (const auto& bridge : bridges)
            cache_bytes += bridge.cache_bytes;
        if (!bridges.empty())
            edge_.emplace(context, kKinds, cache_bytes);
        for (const auto& bridge : bridges) {
            context.dictionaries.use(dictionary_name(bridge.service));
            for_key("bridge.json_rpc.listen", [&] { listen(bridge); });
        }
        auto upstreams = upstreams_of(context.station, "json_rpc");
        if (!upstreams.empty())
            egress_.emplace(context, kKinds, std::move(upstreams));
    }

    bool is_empty() const { return !edge_ && !egress_; }

    void start() override
    {
        for (const auto& ingress : ingresses_)
            ingress->start();
    }

    std::optional<std::string> ailment() const override
    {
        for (const auto& bridge : context_.station.json_rpc)
            if (!context_.link.first_up(bridge.gateways))
                return "no gateway is up";
        return {};
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
