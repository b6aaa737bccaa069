#include "bridge/http_cache/egress.h"

#include "bridge/http_cache/fetch.h"

#include "depinsat/link/wire.h"

#include <spdlog/spdlog.h>

#include <algorithm>

namespace depinsat::bridge::http_cache {
namespace {

using Milliseconds = std::chrono::milliseconds;
using Fault = HttpResult::Fault;

/// Room for the headers of an answer in a message of the link.
constexpr size_t kMaxBody = 1'000'000;

uint32_t seconds_left(link::Time until)
{
    return uint32_t(std::max<int64_t>(
        0, std::chrono::duration_cast<std::chrono::seconds>(until - now()).count()));
}

} // namespace

Egress::Egress(const BridgeContext& context, std::vector<config::Upstream> upstreams)
    : link_(context.link),
      http_(context.http),
      dictionaries_(context.dictionaries),
      counters_(context.counters),
      upstreams_(std::move(upstreams)),
      waiting_({}),
      store_(kStoreBytes)
{
    link_.receive_kind(kHttpRequest,
                       [this](const auto& peer, auto bytes) { on_request(peer, bytes); });
}

void Egress::on_request(const link::PublicKey& peer, std::span<const uint8_t> bytes)
{
    const auto request = decode_request(bytes);
    auto question =
        request ? decode_question({reinterpret_cast<const uint8_t*>(request->body.data()),
                                   request->body.size()})
                : std::nullopt;
    if (!question)
        return;
    counters_.begin();
    const auto job =
        std::make_shared<Job>(Job{peer, request->id, std::move(*question),
                                  now() + Milliseconds(request->timeout_ms), nullptr});
    const auto node =
        std::ranges::find(upstreams_, job->question.service, &config::Upstream::service);
    if (node == upstreams_.end())
        return answer(*job, Failure{502, "the gateway has no service of this name"});
    job->node = &*node;
    if (const auto* known = store_.find(job->name()); known && known->is_fresh(now()))
        return answer_from(*job, *known);
    if (!waiting_.push(peer, job, job->question.target.size(), false))
        return answer(*job, Failure{503, "the gateway has too many requests at once"});
    start_next();
}

void Egress::start_next()
{
    while (const auto job = waiting_.pop()) {
        if ((*job)->deadline > now()) {
            fetch(*job);
            continue;
        }
        counters_.end(false);
        waiting_.done((*job)->peer);
    }
}

void Egress::fetch(const Shared& job)
{
    auto request =
        fetch_of(job->question.target, store_.find(job->name()), left_of(job->deadline));
    request.max_answer_bytes = kMaxBody;
    http_.request(call_of(*job->node, std::move(request)),
                  [this, job](const HttpResult& result) {
                      waiting_.done(job->peer);
                      on_fetched(*job, result);
                      start_next();
                  });
}

void Egress::on_fetched(const Job& job, const HttpResult& result)
{
    if (result.fault == Fault::kTooLarge)
        return answer(job, Failure{502, "the body is too large for the link"});
    if (result.fault != Fault::kNone)
        return answer(job,
                      Failure{504, "the gateway's server gave no answer: " + result.message});
    const auto read = read_fetched(result, store_.find(job.name()), now());
    if (const auto* why = std::get_if<std::string>(&read))
        return answer(job, Failure{502, *why});
    const auto& fetched = std::get<Fetched>(read);
    if (fetched.store) {
        store_.put(job.name(), fetched.entry);
        return answer_from(job, fetched.entry);
    }
    store_.drop(job.name());
    const Content& content = *fetched.entry.content;
    const Bytes body(content.body.begin(), content.body.end());
    answer(job,
           Reply{uint16_t(fetched.status), false, 0, content.type, content.tag,
                 content.modified, fetched.location,
                 dictionaries_.pack(job.peer, dictionary_name(job.question.service), body)});
}

void Egress::answer_from(const Job& job, const Store::Entry& entry)
{
    const Content& content = *entry.content;
    const uint32_t fresh = seconds_left(entry.fresh_until);
    if (job.question.has == content.hash)
        return answer(job, Unchanged{fresh, content.tag});
    const Bytes body(content.body.begin(), content.body.end());
    answer(job,
           Reply{200,
                 true,
                 fresh,
                 content.type,
                 content.tag,
                 content.modified,
                 {},
                 dictionaries_.pack(job.peer, dictionary_name(job.question.service), body)});
}

void Egress::answer(const Job& job, const AnswerBody& body)
{
    const Bytes bytes = encode(body);
    const auto left = std::chrono::duration_cast<Milliseconds>(job.deadline - now());
    const bool queued = link_.send(job.peer,
                                   {link::Class::kInteractive, kHttpAnswer,
                                    encode(Answer{job.id, {bytes.begin(), bytes.end()}})},
                                   std::max(left, Milliseconds(1000)));
    if (!queued)
        spdlog::warn("http: the link takes no answer; its queue is full");
    counters_.end(queued);
}

} // namespace depinsat::bridge::http_cache
