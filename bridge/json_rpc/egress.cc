#include "bridge/json_rpc/egress.h"

#include "bridge/json_rpc/packed.h"
#include "bridge/json_rpc/results.h"
#include "bridge/json_rpc/table.h"
#include "bridge/node_request.h"

#include "depinsat/link/wire.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <bit>

namespace depinsat::bridge::json_rpc {
namespace {

using namespace std::chrono_literals;
using Milliseconds = std::chrono::milliseconds;
using Fault = HttpResult::Fault;

constexpr Milliseconds kMaxTimeout{600'000};

} // namespace

Egress::Egress(const BridgeContext& context,
               Edge::Kinds kinds,
               std::vector<config::Upstream> upstreams)
    : io_(context.io),
      link_(context.link),
      http_(context.http),
      dictionaries_(context.dictionaries),
      counters_(context.counters),
      kinds_(kinds),
      upstreams_(std::move(upstreams)),
      waiting_({}),
      keyed_({.waiting = 4096, .waiting_bytes = 64u << 20, .active = 64, .all_active = 1024})
{
    link_.receive_kind(kinds.request,
                       [this](const auto& peer, auto bytes) { on_request(peer, bytes); });
    link_.receive_keyed_kind(kinds.keyed, [this](const auto& peer, const auto& key,
                                                 auto bytes) { on_keyed(peer, key, bytes); });
    context.metrics.gauge("depinsat_json_rpc_requests_waiting",
                          "Requests that wait for the gateway's nodes",
                          {{"kind", std::to_string(kinds.request)}},
                          [this] { return double(waiting_.waiting()); });
}

void Egress::on_request(const link::PublicKey& peer, std::span<const uint8_t> bytes)
{
    const auto request = decode_request(bytes);
    auto body = request ? decode({reinterpret_cast<const uint8_t*>(request->body.data()),
                                  request->body.size()})
                        : std::nullopt;
    if (!body) {
        if (std::has_single_bit(++malformed_)) // ever more rarely: a station fills no disk
            spdlog::warn("json_rpc: request of a station is malformed ({} so far)", malformed_);
        return;
    }
    counters_.begin();
    if (auto* call = std::get_if<RemoteCall>(&*body))
        return on_call(peer, *request, std::move(*call));
    on_question(peer, *request, std::get<VerdictQuestion>(*body));
}

void Egress::on_call(const link::PublicKey& peer, const Request& request, RemoteCall call)
{
    const auto timeout = std::min(Milliseconds(request.timeout_ms), kMaxTimeout);
    const auto text = unpack_text(dictionaries_, peer, call.packed);
    const auto job = std::make_shared<Job>(
        Job{peer, request.id, std::move(call), text.value_or(""), now() + timeout, {}});
    if (auto refusal = refusal_of(*job); !refusal.empty())
        return answer(*job, std::move(refusal));
    const bool urgent = job->call.message_class == link::Class::kTransaction;
    if (!waiting_.push(peer, job, job->text.size(), urgent))
        return answer(*job, error_result(kBusy, "the gateway has too many requests at once"));
    start_next();
}

/// Why a call cannot be made here; empty if it can.
std::string Egress::refusal_of(Job& job)
{
    if (!is_call(job.text))
        return error_result(kInvalidRequest, "the gateway cannot read the request");
    const auto method = Json::parse(job.text)["method"].get<std::string>();
    bool known = false;
    for (const auto& node : upstreams_) {
        if (node.service != job.call.service)
            continue;
        known = true;
        if (node.methods.empty() || is_listed(node.methods, method))
            job.nodes.push_back(&node);
    }
    if (!known)
        return error_result(kUpstreamDead, "the gateway has no service of this name");
    if (job.nodes.empty())
        return error_result(kMethodNotFound, "the gateway does not allow the method " + method);
    return {};
}

void Egress::start_next()
{
    while (const auto job = waiting_.pop()) {
        if (left_of((*job)->deadline) > 0ms) {
            start(*job, 0);
            continue;
        }
        counters_.end(false);
        waiting_.done((*job)->peer);
    }
}

HttpCall Egress::http_call(const Job& job, const config::Upstream& node) const
{
    // The envelope of a response is stripped before it goes over the link.
    constexpr size_t kEnvelope = 1024;
    return call_of(node, {.body = upstream_request(job.text, job.id == 0 && !job.key),
                          .timeout = job.key ? node.timeout : left_of(job.deadline),
                          .max_answer_bytes = link::kMaxMessageBytes + kEnvelope,
                          .idempotent = job.call.fate != Fate::kNever});
}

/// At this node, or the next: if nothing was sent, or nothing is spoilt by asking twice.
void Egress::start(const Shared& job, size_t node)
{
    http_.request(http_call(*job, *job->nodes[node]),
                  [this, job, node](const HttpResult& http) {
                      const bool again =
                          http.fault == Fault::kUnreachable ||
                          (http.fault == Fault::kBroken && job->call.fate == Fate::kIdempotent);
                      if (again && node + 1 < job->nodes.size() && left_of(job->deadline) > 0ms)
                          return start(job, node + 1);
                      waiting_.done(job->peer);
                      answer(*job, result_for(*job, http));
                      start_next();
                  });
}

std::string Egress::result_for(const Job& job, const HttpResult& http) const
{
    auto result = upstream_result(http, "the request was carried out, but its answer is too "
                                        "large for the link");
    if (result.size() > size_t(job.call.max_answer_kib) << 10)
        return error_result(kTooLarge, "the request was carried out, but its answer is longer "
                                       "than max_answer_bytes of the station's table");
    return result;
}

void Egress::answer(const Job& job, std::string result)
{
    if (job.id == 0)
        return counters_.end(!result.starts_with("{\"error\""));
    const Bytes packed =
        pack_text(dictionaries_, job.peer, dictionary_name(job.call.service), result);
    // An answer is worth something a little longer than it was given to be made.
    const auto lifetime = std::max(left_of(job.deadline), Milliseconds(1000));
    const bool queued = link_.send(job.peer,
                                   {job.call.message_class, uint8_t(kinds_.answer),
                                    encode(Answer{job.id, {packed.begin(), packed.end()}})},
                                   lifetime);
    if (!queued)
        spdlog::warn("json_rpc: the link takes no answer; its queue is full");
    counters_.end(queued);
}

} // namespace depinsat::bridge::json_rpc
