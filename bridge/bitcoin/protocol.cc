#include "bridge/bitcoin/protocol.h"

#include "bridge/bitcoin/egress.h"
#include "bridge/bitcoin/ingress.h"

namespace depinsat::bridge::bitcoin {
namespace {

/// The id of a group is its place in the file, as StationReload gives it at the start.
std::optional<link::GroupId> group_of(const config::Station& station, const std::string& name)
{
    for (size_t i = 0; i < station.groups.size(); ++i)
        if (station.groups[i].name == name)
            return link::GroupId(i);
    return {};
}

class Bitcoin : public Protocol
{
public:
    explicit Bitcoin(const BridgeContext& context)
    {
        const auto& station = context.station;
        if (station.bitcoin)
            for_key("bridge.bitcoin.listen", [&] {
                ingress_.emplace(context.io, context.link, *station.bitcoin,
                                 group_of(station, station.bitcoin->group));
            });
        std::vector<config::Url> nodes;
        const Network* network = nullptr;
        std::string group;
        for (const auto& upstream : upstreams_of(station, "bitcoin")) {
            nodes.push_back(upstream.url);
            network = find_network(upstream.network);
            group = upstream.group.empty() ? group : upstream.group;
        }
        if (network)
            egress_.emplace(context.io, context.link, *network, nodes,
                            group_of(station, group));
        count(context.metrics);
    }

    bool is_empty() const { return !ingress_ && !egress_; }

    void start() override
    {
        if (ingress_)
            ingress_->start();
        if (egress_)
            egress_->start();
    }

    nlohmann::json status() const override
    {
        nlohmann::json out;
        if (ingress_) {
            const auto& counters = ingress_->counters();
            out["user"] = {
                {"height", ingress_->height()},       {"nodes", ingress_->nodes_ready()},
                {"blocks", counters.blocks},          {"fallbacks", counters.fallbacks},
                {"broadcasts", counters.broadcasts},  {"transactions", counters.transactions},
                {"relayed", counters.relayed},        {"refused", counters.refused},
                {"crowded_out", counters.crowded_out}};
        }
        if (egress_) {
            const auto& counters = egress_->counters();
            out["gateway"] = {{"height", egress_->height()},
                              {"nodes", egress_->nodes_ready()},
                              {"subscribers", egress_->subscribers()},
                              {"blocks", counters.blocks},
                              {"broadcasts", egress_->broadcasts()},
                              {"transactions", counters.transactions},
                              {"refused", counters.refused}};
        }
        return out;
    }

    std::optional<std::string> ailment() const override
    {
        if (ingress_ && !ingress_->only_listens() && !ingress_->gateway_is_up())
            return "bitcoin: no gateway is up";
        if (egress_ && egress_->nodes_ready() == 0)
            return "bitcoin: no node is connected";
        return {};
    }

private:
    void count(Metrics& metrics)
    {
        const auto counter = [&](const char* side, const char* what, const uint64_t& value) {
            metrics.counter(std::string("depinsat_bitcoin_") + what + "_total",
                            "Bitcoin bridge: see docs/bitcoin.md", {{"side", side}},
                            [&value] { return double(value); });
        };
        if (ingress_) {
            const auto& counters = ingress_->counters();
            counter("user", "blocks", counters.blocks);
            counter("user", "fallbacks", counters.fallbacks);
            counter("user", "broadcasts", counters.broadcasts);
            counter("user", "transactions", counters.transactions);
            counter("user", "relayed", counters.relayed);
            counter("user", "refused", counters.refused);
        }
        if (egress_) {
            const auto& counters = egress_->counters();
            counter("gateway", "blocks", counters.blocks);
            counter("gateway", "transactions", counters.transactions);
            counter("gateway", "refused", counters.refused);
        }
    }

    std::optional<Ingress> ingress_;
    std::optional<Egress> egress_;
};

} // namespace

std::unique_ptr<Protocol> make_protocol(const BridgeContext& context)
{
    return make_unless_empty<Bitcoin>(context);
}

} // namespace depinsat::bridge::bitcoin
