#include "bridge/ethereum/protocol.h"

#include "bridge/ethereum/egress.h"
#include "bridge/ethereum/ingress.h"

namespace depinsat::bridge::ethereum {
namespace {

class Ethereum : public Protocol
{
public:
    explicit Ethereum(const BridgeContext& context)
    {
        const auto& station = context.station;
        if (!station.ethereum.empty())
            calls_.emplace(context.io, context.link, kEthereumRequest, kEthereumAnswer,
                           context.counters);
        for (const auto& bridge : station.ethereum)
            for_key("bridge.ethereum.listen", [&] {
                ingresses_.push_back(
                    std::make_unique<Ingress>(context.io, bridge, context.link, *calls_));
            });
        auto upstreams = upstreams_of(station, "ethereum");
        if (!upstreams.empty())
            egress_.emplace(context, std::move(upstreams));
    }

    bool is_empty() const { return ingresses_.empty() && !egress_; }

    void start() override
    {
        for (const auto& ingress : ingresses_)
            ingress->start();
    }

private:
    std::optional<RemoteCalls> calls_;
    std::vector<std::unique_ptr<Ingress>> ingresses_;
    std::optional<Egress> egress_;
};

} // namespace

std::unique_ptr<Protocol> make_protocol(const BridgeContext& context)
{
    auto protocol = std::make_unique<Ethereum>(context);
    if (protocol->is_empty())
        return nullptr;
    return protocol;
}

} // namespace depinsat::bridge::ethereum
