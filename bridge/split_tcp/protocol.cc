#include "bridge/split_tcp/protocol.h"

#include "bridge/bytes_of_a_turn.h"
#include "bridge/split_tcp/egress.h"
#include "bridge/split_tcp/ingress.h"

#include <algorithm>
#include <chrono>

namespace depinsat::bridge::split_tcp {
namespace {

/// Of a gateway: what all its users have together, and what one may take of it.
constexpr size_t kMaxConnections = 1024;
constexpr size_t kMaxOfPeer = 128;

constexpr auto kIdle = std::chrono::hours(1);

/// A connection outlives a cut of the link by so much.
constexpr auto kHold = std::chrono::seconds(60);

/// Less would hold a single connection back, more would only wait at a slow program.
uint64_t window(const config::Station& station)
{
    constexpr uint64_t kLeast = 4 * kFirstCredit, kMost = 4 << 20;
    return std::clamp(bytes_of_a_turn(station), kLeast, kMost);
}

class SplitTcp : public Protocol
{
public:
    explicit SplitTcp(const BridgeContext& context)
        : connections_(context.io,
                       context.link,
                       {window(context.station), kIdle},
                       kHold,
                       kMaxConnections,
                       kMaxOfPeer)
    {
        for (const auto& bridge : context.station.tcp)
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
    return make_unless_empty<SplitTcp>(context);
}

} // namespace depinsat::bridge::split_tcp
