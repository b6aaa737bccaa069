#include "bridge/ordinary.h"

namespace depinsat::bridge {

Ordinary::Ordinary(const BridgeContext& context,
                   const std::string& protocol,
                   const std::vector<config::Upstream>& upstreams,
                   const UpstreamChoice::Checks& checks)
{
    std::map<std::string, std::vector<config::Upstream>> by_service;
    for (const auto& upstream : upstreams)
        by_service[upstream.service].push_back(upstream);
    for (auto& [service, nodes] : by_service) {
        const auto& choice =
            choices_.try_emplace(service, context.io, context.http, std::move(nodes), checks)
                .first->second;
        const Metrics::Labels labels{{"protocol", protocol}, {"service", service}};
        context.metrics.gauge("depinsat_ordinary_up",
                              "Whether a node of the ordinary connection serves", labels,
                              [&choice] { return double(choice.is_up()); });
        context.metrics.counter("depinsat_ordinary_changes_total",
                                "Nodes of the ordinary connection that failed or returned",
                                labels, [&choice] { return double(choice.changes()); });
    }
}

void Ordinary::start()
{
    for (auto& [service, choice] : choices_)
        choice.start();
}

UpstreamChoice* Ordinary::serving(const std::string& service)
{
    return serves(service) ? &choices_.find(service)->second : nullptr;
}

bool Ordinary::serves(const std::string& service) const
{
    const auto found = choices_.find(service);
    return found != choices_.end() && found->second.is_up();
}

nlohmann::json Ordinary::status(const std::string& service) const
{
    const auto found = choices_.find(service);
    if (found == choices_.end())
        return {{"ordinary", nullptr}, {"changes", 0}};
    return found->second.status();
}

} // namespace depinsat::bridge
