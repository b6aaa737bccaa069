// What a user station's Ethereum says of itself.
#include "bridge/ethereum/edge.h"

#include <algorithm>

namespace depinsat::bridge::ethereum {

void Edge::add_metrics(Metrics& metrics)
{
    const auto add = [&](const char* name, const char* help, uint64_t View::Stats::*value) {
        metrics.counter(name, help, {}, [this, value] {
            uint64_t all = 0;
            for (const auto& [gateway, view] : gateways_.views())
                all += view.stats().*value;
            return double(all);
        });
    };
    add("depinsat_ethereum_heads_total", "Heads that gateways told", &View::Stats::heads);
    add("depinsat_ethereum_reorganisations_total", "Heads that do not follow the one before",
        &View::Stats::reorganisations);
    metrics.counter("depinsat_ethereum_transactions_reorganised_total",
                    "Transactions whose block was reorganised away", {},
                    [this] { return double(carrier_.reorganised()); });
    add("depinsat_ethereum_local_answers_total", "Calls answered from what was told",
        &View::Stats::local_answers);
    add("depinsat_ethereum_remote_answers_total", "Calls that had to go over the link",
        &View::Stats::remote_answers);
}

nlohmann::json Edge::status() const
{
    const auto is_unverified = [this](const Json& hash) {
        return std::ranges::none_of(station_.ethereum, [&](const auto& bridge) {
            return gateways_.is_verified(bridge, gateways_.tellers_of(bridge, hash));
        });
    };
    nlohmann::json all = nlohmann::json::array();
    for (const auto& [gateway, view] : gateways_.views()) {
        const auto& s = view.stats();
        nlohmann::json head = nullptr;
        if (!view.head().is_null())
            head = {{"number", *quantity_at(view.head(), "number")},
                    {"hash", view.head().at("hash").get<std::string>()},
                    {"fresh", view.is_fresh(now())},
                    {"unverified", is_unverified(view.head().at("hash"))}};
        all.push_back({{"gateway", config::to_base64(gateway)},
                       {"head", head},
                       {"heads", s.heads},
                       {"reorganisations", s.reorganisations},
                       {"skipped", s.skipped},
                       {"false_receipts", s.false_receipts},
                       {"local_answers", s.local_answers},
                       {"remote_answers", s.remote_answers}});
    }
    nlohmann::json out =
        ordinary_ ? ordinary_->status() : nlohmann::json{{"ordinary", nullptr}, {"changes", 0}};
    out.update({{"views", all},
                {"reorganised", carrier_.reorganised()},
                {"transactions", carrier_.status()}});
    return out;
}

std::optional<std::string> Edge::ailment() const
{
    const auto up = [this](const auto& bridge) {
        const auto gateways = gateways_.up(bridge);
        return !gateways.empty() && gateways_.counts(bridge, gateways);
    };
    if ((ordinary_ && ordinary_->is_up()) || std::ranges::all_of(station_.ethereum, up))
        return {};
    return ordinary_ ? "neither the ordinary connection nor a gateway is up"
                     : "no gateway is up, or too few to agree";
}

} // namespace depinsat::bridge::ethereum
