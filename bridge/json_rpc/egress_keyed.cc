#include "bridge/json_rpc/egress.h"
#include "bridge/json_rpc/packed.h"

#include <spdlog/spdlog.h>

#include <algorithm>

namespace depinsat::bridge::json_rpc {
namespace {

using namespace std::chrono_literals;
using Fault = HttpResult::Fault;

constexpr auto kLongestRetry = 32s;
constexpr auto kGiveUpTime = 7 * 24h; // the longest lifetime_s; the client's own is not told

} // namespace

void Egress::on_question(const link::PublicKey& peer,
                         const Request& request,
                         const VerdictQuestion& question)
{
    const auto job = std::make_shared<Job>();
    job->peer = peer;
    job->id = request.id;
    job->call.message_class = question.message_class;
    job->deadline = now() + std::chrono::milliseconds(request.timeout_ms);
    const auto told = [this, job](const std::string& result) {
        answer(*job, result);
    };
    if (!verdicts_.ask({peer, question.key}, now(), job->deadline, told))
        answer(*job, error_result(kBusy, "the gateway has too many requests at once"));
}

void Egress::on_keyed(const link::PublicKey& peer,
                      const link::MessageKey& key,
                      std::span<const uint8_t> bytes)
{
    auto body = decode(bytes);
    auto* call = body ? std::get_if<RemoteCall>(&*body) : nullptr;
    const auto job = std::make_shared<Job>();
    job->peer = peer;
    job->key = key;
    job->deadline = now() + kGiveUpTime;
    if (call) {
        job->call = std::move(*call);
        job->text = unpack_text(dictionaries_, peer, job->call.packed).value_or("");
    }
    if (job->call.fate != Fate::kKeyed || call_key(job->call.service, job->text) != key)
        return end_keyed(job, error_result(kInvalidRequest, "the gateway cannot read the "
                                                            "request"));
    if (const auto refusal = refusal_of(*job); !refusal.empty())
        return end_keyed(job, refusal);
    if (!keyed_.push(peer, job, job->text.size(), false))
        return end_keyed(job, error_result(kBusy, "too many keyed requests of the station wait "
                                                  "at the gateway; this one was dropped"));
    start_keyed();
}

void Egress::start_keyed()
{
    while (const auto job = keyed_.pop())
        hand_over(*job, 0);
}

/// To one node after the other, until one answers.
void Egress::hand_over(const Shared& job, size_t node)
{
    http_.request(
        http_call(*job, *job->nodes[node]), [this, job, node](const HttpResult& http) {
            const bool answered = http.fault == Fault::kTooLarge ||
                                  (http.fault == Fault::kNone && result_of(http.body));
            if (answered)
                return finish_keyed(job, http);
            spdlog::warn("json_rpc: {} takes no keyed request: {}",
                         job->nodes[node]->url.authority(),
                         http.message.empty() ? "no JSON-RPC response" : http.message);
            if (node + 1 < job->nodes.size())
                return hand_over(job, node + 1);
            if (now() > job->deadline)
                return finish_keyed(job, http);
            job->retry = std::make_unique<asio::steady_timer>(io_, job->pause);
            job->pause = std::min<std::chrono::seconds>(2 * job->pause, kLongestRetry);
            job->retry->async_wait([this, job](error_code error) {
                if (!error)
                    hand_over(job, 0);
            });
        });
}

void Egress::finish_keyed(const Shared& job, const HttpResult& http)
{
    keyed_.done(job->peer);
    end_keyed(job, result_for(*job, http));
    start_keyed();
}

void Egress::end_keyed(const Shared& job, const std::string& result)
{
    verdicts_.put(Verdicts::name_of(job->peer, *job->key), result, now());
    link_.taken(job->peer, *job->key);
}

} // namespace depinsat::bridge::json_rpc
