#include "bridge/ethereum/protocol.h"

#include "bridge/ethereum/delivery.h"
#include "bridge/ethereum/edge.h"
#include "bridge/ethereum/egress.h"
#include "bridge/ethereum/ingress.h"
#include "bridge/ethereum/watch.h"

namespace depinsat::bridge::ethereum {
namespace {

class Ethereum : public Protocol
{
public:
    explicit Ethereum(const BridgeContext& context)
    {
        const auto& station = context.station;
        if (!station.ethereum.empty())
            edge_.emplace(context);
        for (const auto& bridge : station.ethereum)
            for_key("bridge.ethereum.listen", [&] {
                ingresses_.push_back(std::make_unique<Ingress>(
                    context.io, bridge.server, [this, bridge](const Call& call, auto done) {
                        if (call.notification)
                            edge_->notify(bridge, call.method, call.text);
                        else
                            edge_->call(bridge, call.method, call.text, std::move(done));
                    }));
                auto& subscriptions = ingresses_.back()->subscriptions();
                edge_->watch_heads(
                    bridge, [&subscriptions] { return subscriptions.is_wanted(); },
                    [&subscriptions](const Json& head) { subscriptions.on_head(head); });
            });
        auto upstreams = upstreams_of(station, "ethereum");
        if (upstreams.empty() || station.role == config::Role::kUser)
            return;
        watch_.emplace(context, upstreams.front());
        delivery_.emplace(context, upstreams, *watch_);
        egress_.emplace(context, std::move(upstreams), *watch_);
    }

    bool is_empty() const { return ingresses_.empty() && !egress_; }

    void start() override
    {
        if (edge_)
            edge_->start();
        for (const auto& ingress : ingresses_)
            ingress->start();
        if (watch_)
            watch_->start();
    }

    nlohmann::json status() const override
    {
        return edge_ ? edge_->status() : nlohmann::json(nullptr);
    }

    std::optional<std::string> ailment() const override
    {
        return edge_ ? edge_->ailment() : std::nullopt;
    }

private:
    std::optional<Edge> edge_;
    std::vector<std::unique_ptr<Ingress>> ingresses_;
    std::optional<Watch> watch_;
    std::optional<Delivery> delivery_;
    std::optional<Egress> egress_;
};

} // namespace

std::unique_ptr<Protocol> make_protocol(const BridgeContext& context)
{
    return make_unless_empty<Ethereum>(context);
}

} // namespace depinsat::bridge::ethereum
