#include "bridge/split_tcp/protocol.h"

#include "bridge/split_tcp/egress.h"
#include "bridge/split_tcp/ingress.h"

namespace depinsat::bridge::split_tcp {
namespace {

/// Of a gateway: what all its users have together, and what one may take of it.
constexpr size_t kMaxConnections = 1024;
constexpr size_t kMaxOfPeer = 128;

class SplitTcp : public Protocol
{
public:
    explicit SplitTcp(const BridgeContext& context)
        : connections_(context.io,
                       context.link,
                       {context.station.tcp.window_bytes, context.station.tcp.idle},
                       context.station.tcp.hold,
                       kMaxConnections,
                       kMaxOfPeer)
    {
        for (const auto& bridge : context.station.tcp.bridges)
            for_key("bridge.tcp.listen", [&] {
                ingresses_.push_back(
                    std::make_unique<Ingress>(context.io, context.link, bridge, connections_));
            });
        auto services = upstreams_of(context.station, "tcp");
        if (!services.empty())
            egress_.emplace(context.io, std::move(services), connections_);
    }

    bool is_empty() const { return ingresses_.empty() && !egress_; }

    void start() override
    {
        connections_.receive([this](const link::PublicKey& peer, Frame frame) {
            if (egress_)
                egress_->take(peer, std::move(frame));
            else if (const auto connection = connections_.find(peer, frame.connection))
                connection->take(frame.body);
            else if (!std::holds_alternative<Reset>(frame.body))
                connections_.refuse(peer, frame.connection, Reason::kUnknown);
        });
        for (const auto& ingress : ingresses_)
            ingress->start();
    }

    nlohmann::json status() const override { return {{"connections", connections_.size()}}; }

private:
    Connections connections_;
    std::vector<std::unique_ptr<Ingress>> ingresses_;
    std::optional<Egress> egress_;
};

} // namespace

std::unique_ptr<Protocol> make_protocol(const BridgeContext& context)
{
    auto protocol = std::make_unique<SplitTcp>(context);
    if (protocol->is_empty())
        return nullptr;
    return protocol;
}

} // namespace depinsat::bridge::split_tcp
