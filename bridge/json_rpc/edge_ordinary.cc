// Calls over the ordinary connection, and over the satellite when that fails.
#include "bridge/json_rpc/edge_job.h"
#include "bridge/json_rpc/results.h"
#include "bridge/kept_messages.h"

#include <spdlog/spdlog.h>

namespace depinsat::bridge::json_rpc {
namespace {

using Replay = config::JsonRpcMethod::Replay;
using Fault = HttpResult::Fault;

/// What the node said, if it did.
std::optional<std::string> answer_in(const HttpResult& http)
{
    if (http.fault == Fault::kTooLarge)
        return error_result(kTooLarge, "the request was carried out, but its answer is longer "
                                       "than 32 MiB");
    return http.fault == Fault::kNone ? result_of(http.body) : std::nullopt;
}

} // namespace

void Edge::begin(const std::shared_ptr<Job>& job)
{
    if (auto* nodes = ordinary_.serving(job->bridge.service))
        return by_ordinary(job, *nodes);
    by_satellite(job);
}

void Edge::by_ordinary(const std::shared_ptr<Job>& job, UpstreamChoice& nodes)
{
    const Replay replay = job->method.replay;
    if (replay == Replay::kKeyed)
        keep(*job);
    nodes.request({.body = upstream_request(job->text, false),
                   .timeout = job->left(),
                   .idempotent = replay != Replay::kNever},
                  [this, job](const HttpResult& http) { on_ordinary(job, http); });
}

void Edge::on_ordinary(const std::shared_ptr<Job>& job, const HttpResult& http)
{
    const Replay replay = job->method.replay;
    if (replay == Replay::kKeyed)
        store_.erase(kKeyedRecord, job->key()); // with the commit of what the link gets, if any
    if (const auto result = answer_in(http))
        return answer(*job, *result);
    job->sent = http.fault != Fault::kUnreachable;
    const bool is_late = replay == Replay::kIdempotent && job->left().count() == 0;
    if (job->sent && (replay == Replay::kNever || is_late)) {
        ++unknown_fates_;
        return finish(*job, ordinary_lost_result());
    }
    by_satellite(job);
}

/// If this process ends, the next run hands it to the link.
void Edge::keep(const Job& job)
{
    keep_message(store_, kKeyedRecord, job.key(), job.bridge.keyed_lifetime,
                 keyed_message(job));
}

void Edge::resume(const std::vector<config::JsonRpcBridge>& bridges)
{
    for (const auto& [key, left, bytes] : kept_messages(store_, kKeyedRecord)) {
        store_.erase(kKeyedRecord, key); // with the commit of what the link gets
        const auto body = decode(bytes);
        const auto* call = body ? std::get_if<RemoteCall>(&*body) : nullptr;
        const auto bridge = std::ranges::find_if(
            bridges, [&](const auto& one) { return call && one.service == call->service; });
        const bool queued =
            bridge != bridges.end() && left.count() > 0 &&
            link_.send(link_.preferred(bridge->gateways),
                       {call->message_class, uint8_t(kinds_.keyed), bytes, key}, left);
        if (!queued)
            spdlog::warn("json_rpc: a keyed request of an earlier run is too late, or has no "
                         "bridge, or no room in the journal");
    }
}

} // namespace depinsat::bridge::json_rpc
