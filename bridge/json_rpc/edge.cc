#include "bridge/json_rpc/edge_job.h"
#include "bridge/json_rpc/packed.h"
#include "bridge/json_rpc/results.h"
#include "bridge/json_rpc/table.h"

#include <sodium.h>

#include <algorithm>

namespace depinsat::bridge::json_rpc {
namespace {

using namespace std::chrono_literals;
using Replay = config::JsonRpcMethod::Replay;

constexpr auto kRepeatTime = 250ms;

std::string as_string(const Bytes& bytes)
{
    return {bytes.begin(), bytes.end()};
}

/// Of an answer that is kept: errors and null may change at any moment.
bool is_worth_keeping(const std::string& result)
{
    return result.starts_with("{\"result\"") && result != "{\"result\":null}";
}

} // namespace

bool may_repeat(Replay replay, CallFault fault)
{
    return replay == Replay::kIdempotent && fault == CallFault::kFateUnknown;
}

link::MessageKey call_key(const std::string& service, const std::string& call)
{
    const std::string text = service + '\n' + call; // a service has no line feed
    link::MessageKey key;
    crypto_generichash(key.data(), key.size(), reinterpret_cast<const uint8_t*>(text.data()),
                       text.size(), nullptr, 0);
    return key;
}

std::string dictionary_name(const std::string& service)
{
    return "json_rpc-" + service;
}

Edge::Edge(const BridgeContext& context, Kinds kinds, size_t cache_bytes, Ordinary& ordinary)
    : io_(context.io),
      link_(context.link),
      store_(context.store),
      dictionaries_(context.dictionaries),
      ordinary_(ordinary),
      kinds_(kinds),
      calls_(context.io, context.link, kinds.request, kinds.answer, context.counters),
      cache_(cache_bytes)
{
    const auto add = [&](const char* name, const char* help, const uint64_t& value) {
        context.metrics.counter(name, help, {{"kind", std::to_string(kinds.request)}},
                                [&value] { return double(value); });
    };
    add("depinsat_json_rpc_cached_answers_total", "Calls answered from memory",
        cached_answers_);
    add("depinsat_json_rpc_merged_calls_total", "Calls that joined one under way",
        merged_calls_);
    add("depinsat_json_rpc_unknown_fates_total",
        "Calls of which nobody knows whether they were carried out", unknown_fates_);
}

void Edge::call(const config::JsonRpcBridge& bridge, const Call& call, Done done)
{
    const auto* method = find_method(bridge.methods, call.method);
    if (!method)
        return done(error_result(kMethodNotFound, "the method " + call.method +
                                                      " is not in the station's table"));
    if (call.text.size() > method->max_request_bytes)
        return done(error_result(kTooLarge, "the request is longer than max_request_bytes of "
                                            "the station's table; nothing was sent"));
    const auto job = std::make_shared<Job>(bridge, *method, call.text, now() + method->deadline,
                                           nullptr, asio::steady_timer(io_));
    if (method->replay == Replay::kNever) {
        job->done = std::move(done);
        return begin(job);
    }
    const std::string question = job->question();
    if (auto known = cache_.find(question, now())) {
        ++cached_answers_;
        return done(std::move(*known));
    }
    job->done = merge(question, std::move(done));
    if (!job->done)
        return;
    begin(job);
}

/// @return nothing if the call joined one that is under way, or could not.
Edge::Done Edge::merge(const std::string& question, Done done)
{
    auto& waiting = merged_[question];
    if (waiting.size() >= kMaxMerged) {
        done(error_result(kBusy, "too many clients wait for this request; nothing was sent"));
        return nullptr;
    }
    waiting.push_back(std::move(done));
    if (waiting.size() > 1) {
        ++merged_calls_;
        return nullptr;
    }
    return [this, question](const std::string& result) {
        auto all = merged_.extract(question);
        for (const auto& one : all.mapped())
            one(result);
    };
}

void Edge::by_satellite(const std::shared_ptr<Job>& job)
{
    if (job->method.replay == Replay::kKeyed)
        return send_keyed(job);
    const auto& gateway = job->asked = link_.preferred(job->bridge.gateways);
    const auto& method = job->method;
    RemoteCall call;
    call.fate = Fate(method.replay);
    call.message_class = link_class(method.message_class);
    call.max_answer_kib = uint16_t(std::max<size_t>(1, method.max_answer_bytes >> 10));
    call.service = job->bridge.service;
    call.packed =
        pack_text(dictionaries_, gateway, dictionary_name(job->bridge.service), job->text);
    calls_.call(
        gateway, call.message_class, as_string(encode(call)), job->left(),
        [this, job](auto fault, const std::string& body) { on_answer(job, fault, body); });
}

void Edge::on_answer(const std::shared_ptr<Job>& job,
                     std::optional<CallFault> fault,
                     const std::string& body)
{
    if (fault && job->queued)
        return finish(*job, error_result(kQueued, "the request is queued durably and will be "
                                                  "handed over; there is no verdict yet"));
    if (fault && may_repeat(job->method.replay, *fault) && job->left() > kRepeatTime) {
        job->timer.expires_after(kRepeatTime);
        return job->timer.async_wait([this, job](error_code error) {
            if (!error)
                begin(job);
        });
    }
    if (fault) {
        unknown_fates_ += fault == CallFault::kNoAnswer || fault == CallFault::kFateUnknown;
        return finish(*job, fault_result(*fault));
    }
    const auto result =
        unpack_text(dictionaries_, job->asked,
                    {reinterpret_cast<const uint8_t*>(body.data()), body.size()});
    if (!result || !is_result(*result))
        return finish(*job, error_result(kUpstreamDead, "the gateway's answer makes no sense"));
    answer(*job, *result);
}

void Edge::answer(Job& job, const std::string& result)
{
    if (job.method.cached > 0s && is_worth_keeping(result))
        cache_.put(job.question(), result, now(), job.method.cached);
    finish(job, result);
}

void Edge::finish(Job& job, const std::string& result)
{
    if (const auto done = std::exchange(job.done, nullptr))
        done(result);
}

void Edge::send_keyed(const std::shared_ptr<Job>& job)
{
    const auto& gateway = job->asked = link_.preferred(job->bridge.gateways);
    if (!job->bridge.queue_when_down && !link_.peer_is_up(gateway))
        return refuse_keyed(*job, CallFault::kLinkDown);
    if (!queue_keyed(*job))
        return refuse_keyed(*job, CallFault::kBusy);
    job->queued = true;
    const link::MessageKey key = job->key();
    VerdictQuestion question{link_class(job->method.message_class), {}};
    std::copy_n(key.begin(), question.key.size(), question.key.begin());
    calls_.call(
        gateway, question.message_class, as_string(encode(question)), job->left(),
        [this, job](auto fault, const std::string& body) { on_answer(job, fault, body); });
}

void Edge::refuse_keyed(Job& job, CallFault fault)
{
    finish(job, job.sent ? ordinary_lost_result() : fault_result(fault));
}

/// It is packed with no dictionary: it outlives what is known of the other end's.
Bytes Edge::keyed_message(const Job& job) const
{
    RemoteCall call{.fate = Fate::kKeyed,
                    .message_class = link_class(job.method.message_class),
                    .service = job.bridge.service,
                    .packed = {}};
    call.packed = pack_text(dictionaries_, link_.preferred(job.bridge.gateways), {}, job.text);
    return encode(call);
}

/// Hands a keyed call to the journal.
bool Edge::queue_keyed(const Job& job)
{
    return link_.send(link_.preferred(job.bridge.gateways),
                      {link_class(job.method.message_class), uint8_t(kinds_.keyed),
                       keyed_message(job), job.key()},
                      job.bridge.keyed_lifetime);
}

void Edge::notify(const config::JsonRpcBridge& bridge, const Call& call)
{
    const auto* method = find_method(bridge.methods, call.method);
    if (!method || call.text.size() > method->max_request_bytes)
        return;
    if (auto* nodes = ordinary_.serving(bridge.service)) {
        if (method->replay == Replay::kKeyed)
            return this->call(bridge, call, [](const std::string&) {});
        return nodes->request({.body = upstream_request(call.text, true),
                               .timeout = method->deadline,
                               .idempotent = method->replay == Replay::kIdempotent},
                              [](const HttpResult&) {});
    }
    if (method->replay == Replay::kKeyed) {
        if (bridge.queue_when_down || link_.first_up(bridge.gateways))
            queue_keyed({bridge, *method, call.text, now() + method->deadline, nullptr,
                         asio::steady_timer(io_)});
        return;
    }
    const auto& gateway = link_.preferred(bridge.gateways);
    RemoteCall remote{.message_class = link_class(method->message_class),
                      .service = bridge.service,
                      .packed = {}};
    remote.packed =
        pack_text(dictionaries_, gateway, dictionary_name(bridge.service), call.text);
    calls_.notify(gateway, remote.message_class, as_string(encode(remote)), method->deadline);
}

} // namespace depinsat::bridge::json_rpc
