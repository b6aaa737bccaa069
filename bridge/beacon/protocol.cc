#include "bridge/beacon/protocol.h"

#include "bridge/beacon/egress.h"
#include "bridge/beacon/ingress.h"

namespace depinsat::bridge::beacon {
namespace {

/// An Ingress or an Egress.
template <class End>
class Beacon : public Protocol
{
public:
    template <class Config>
    Beacon(const BridgeContext& context, const Config& config) : end_(context, config)
    {}

    void start() override { end_.start(); }
    nlohmann::json status() const override { return end_.status(); }
    std::optional<std::string> ailment() const override { return end_.ailment(); }

private:
    End end_;
};

} // namespace

std::unique_ptr<Protocol> make_protocol(const BridgeContext& context)
{
    const bool user = context.station.role == config::Role::kUser;
    if (const auto nodes = upstreams_of(context.station, "beacon"); !user && !nodes.empty())
        return std::make_unique<Beacon<Egress>>(context, nodes);
    std::unique_ptr<Protocol> protocol;
    if (context.station.beacon)
        for_key("bridge.beacon.listen", [&] {
            protocol = std::make_unique<Beacon<Ingress>>(context, *context.station.beacon);
        });
    return protocol;
}

} // namespace depinsat::bridge::beacon
