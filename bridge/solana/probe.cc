#include "bridge/solana/probe.h"

#include "bridge/json_rpc/probe.h"
#include "bridge/json_rpc/text.h"
#include "bridge/link_driver.h"

namespace depinsat::bridge::solana {

NodeRequest Probe::request(const config::Upstream& upstream)
{
    Node& node = nodes_[upstream.url.text()];
    node.asks_slot = !node.asks_slot;
    const char* call = node.asks_slot
                           ? R"({"method":"getSlot","params":[{"commitment":"processed"}]})"
                           : R"({"method":"getHealth"})";
    return {.body = json_rpc::upstream_request(call, false)};
}

bool Probe::is_good(const config::Upstream& upstream, const HttpResult& http, link::Time now)
{
    const auto text = http.status < 500 ? json_rpc::result_of(http.body) : std::nullopt;
    const auto result = text ? json_rpc::Json::parse(*text).value("result", json_rpc::Json())
                             : json_rpc::Json();
    Node& node = nodes_[upstream.url.text()];
    if (result.is_number_unsigned()) {
        const auto slot = result.get<uint64_t>();
        if (slot > node.slot)
            node.risen = now;
        node.slot = std::max(node.slot, slot);
    } else if (result != "ok") {
        return false;
    }
    const auto age = now - node.risen;
    return node.slot == 0 || upstream.max_head_age.count() == 0 || age <= upstream.max_head_age;
}

UpstreamChoice::Checks checks()
{
    const auto probe = std::make_shared<Probe>();
    return {[probe](const auto& node) { return probe->request(node); },
            [probe](const auto& node, const HttpResult& http) {
                return probe->is_good(node, http, now());
            },
            json_rpc::is_answer};
}

} // namespace depinsat::bridge::solana
