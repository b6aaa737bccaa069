#include "bridge/http_cache/egress.h"

#include "bridge/http_cache/freshness.h"

#include "depinsat/link/wire.h"

#include <spdlog/spdlog.h>

#include <algorithm>

namespace depinsat::bridge::http_cache {
namespace {

namespace http = boost::beast::http;
using Milliseconds = std::chrono::milliseconds;
using Fault = HttpResult::Fault;

/// Room for the headers of an answer in a message of the link.
constexpr size_t kMaxBody = 1'000'000;

/// The path of the upstream's URL in front of the target that the client named.
std::string target_at(const config::Upstream& node, const std::string& target)
{
    std::string base = node.url.path;
    while (base.ends_with('/'))
        base.pop_back();
    return base + target;
}

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
    HttpCall call{.url = job->node->url};
    call.method = http::verb::get;
    call.target = target_at(*job->node, job->question.target);
    call.timeout = std::min(job->node->timeout,
                            std::chrono::duration_cast<Milliseconds>(job->deadline - now()));
    call.max_answer_bytes = kMaxBody;
    call.ca_file = job->node->ca_file;
    call.idempotent = true;
    if (const auto* known = store_.find(job->name())) {
        if (!known->content->tag.empty())
            call.headers.emplace_back("If-None-Match", known->content->tag);
        else if (!known->content->modified.empty())
            call.headers.emplace_back("If-Modified-Since", known->content->modified);
    }
    http_.request(std::move(call), [this, job](const HttpResult& result) {
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
    const auto keeping = keeping_of(result.headers);
    const auto fresh_until = now() + keeping.fresh;
    const auto* known = store_.find(job.name());
    if (result.status == 304 && known) {
        const Store::Entry entry{known->content, now(), fresh_until};
        store_.put(job.name(), entry);
        return answer_from(job, entry);
    }
    const auto header = [&](http::field field) {
        return std::string(result.headers[field]);
    };
    auto content = std::make_shared<Content>(
        Content{header(http::field::content_type), header(http::field::etag),
                header(http::field::last_modified), result.body, hash_of(result.body)});
    const bool fits = std::ranges::all_of(
        std::array{content->type.size(), content->tag.size(), content->modified.size()},
        [](size_t size) { return size <= 255; });
    if (!fits)
        return answer(job, Failure{502, "the server's headers are too long"});
    if (result.status == 200 && keeping.store) {
        const Store::Entry entry{content, now(), fresh_until};
        store_.put(job.name(), entry);
        return answer_from(job, entry);
    }
    store_.drop(job.name());
    const Bytes body(result.body.begin(), result.body.end());
    answer(job,
           Reply{uint16_t(result.status), false, 0, content->type, content->tag,
                 content->modified, header(http::field::location),
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
