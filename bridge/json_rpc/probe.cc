#include "bridge/json_rpc/probe.h"

#include "bridge/json_rpc/text.h"

namespace depinsat::bridge::json_rpc {
namespace {

/// JSON-RPC 2.0, clause 4.3, keeps names that begin with "rpc." for extensions of its own.
constexpr const char* kUnknownMethod = "rpc.ping";

} // namespace

bool is_answer(const HttpResult& http)
{
    return http.status < 500 || result_of(http.body).has_value();
}

UpstreamChoice::Checks checks()
{
    const auto probe = [](const config::Upstream& node) {
        const Json call{
            {"method", node.probe_method.empty() ? kUnknownMethod : node.probe_method},
            {"params", Json::array()}};
        return NodeRequest{.body = upstream_request(call.dump(), false)};
    };
    const auto is_good = [](const config::Upstream& node, const HttpResult& http) {
        const auto result = http.status < 500 ? result_of(http.body) : std::nullopt;
        return result && (node.probe_method.empty() || result->starts_with("{\"result\""));
    };
    return {probe, is_good, is_answer};
}

} // namespace depinsat::bridge::json_rpc
