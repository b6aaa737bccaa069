#include "bridge/ethereum/egress.h"

#include "bridge/ethereum/class.h"
#include "bridge/ethereum/json_rpc.h"

#include "depinsat/link/wire.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <bit>

namespace depinsat::bridge::ethereum {
namespace {

using namespace std::chrono_literals;
using Milliseconds = std::chrono::milliseconds;
using Fault = HttpResult::Fault;

constexpr size_t kMaxActive = 32;
constexpr size_t kMaxWaiting = 1024;
constexpr size_t kMaxWaitingBytes = 16u << 20;
constexpr Milliseconds kMaxTimeout{600'000};
constexpr size_t kMaxResultBytes = link::kMaxMessageBytes - kAnswerHeaderBytes;

Milliseconds left_of(link::Time deadline)
{
    return std::chrono::duration_cast<Milliseconds>(deadline - now());
}

std::string result_for(const HttpResult& http)
{
    switch (http.fault) {
    case Fault::kNone:
        break;
    case Fault::kUnreachable:
        return error_result(kUpstreamDead,
                            "the gateway's node cannot be reached: " + http.message);
    case Fault::kBroken:
        return error_result(kFateUnknown,
                            "the gateway's node gave no answer (" + http.message +
                                "); whether the request was carried out is not known");
    case Fault::kTooLarge:
        return error_result(kTooLarge, "the answer is too large for the link");
    }
    const auto result = result_of(http.body);
    if (!result)
        return error_result(kUpstreamDead, "the gateway's node gave no JSON-RPC response (HTTP "
                                           "status " +
                                               std::to_string(http.status) + ')');
    if (result->size() > kMaxResultBytes)
        return error_result(kTooLarge, "the answer is too large for the link");
    return *result;
}

} // namespace

Egress::Egress(asio::io_context& io,
               LinkDriver& link,
               const config::Upstream& upstream,
               BridgeCounters& counters)
    : io_(io), link_(link), upstream_(upstream), counters_(counters)
{
    link_.receive_kind(kEthereumRequest,
                       [this](const auto& peer, auto bytes) { on_request(peer, bytes); });
}

void Egress::on_request(const link::PublicKey& peer, std::span<const uint8_t> bytes)
{
    auto request = decode_request(bytes);
    if (!request) {
        if (std::has_single_bit(++malformed_)) // ever more rarely: a station fills no disk
            spdlog::warn("ethereum: request of a station is too short ({} so far)", malformed_);
        return;
    }
    counters_.begin();
    const auto timeout = std::min(Milliseconds(request->timeout_ms), kMaxTimeout);
    Job job{peer, link::Class::kInteractive, std::move(*request), now() + timeout};
    if (!is_call(job.request.body))
        return answer(job, error_result(kInvalidRequest, "invalid request"));
    job.message_class = class_of(Json::parse(job.request.body)["method"].get<std::string>());
    const size_t size = job.request.body.size();
    if (waiting_.size() >= kMaxWaiting || waiting_bytes_ + size > kMaxWaitingBytes)
        return answer(job, error_result(kBusy, "the gateway has too many requests at once"));
    const auto place =
        job.message_class == link::Class::kTransaction
            ? std::ranges::find(waiting_, link::Class::kInteractive, &Job::message_class)
            : waiting_.end();
    waiting_.insert(place, std::move(job));
    waiting_bytes_ += size;
    start_next();
}

void Egress::start_next()
{
    while (active_ < kMaxActive && !waiting_.empty()) {
        Job job = std::move(waiting_.front());
        waiting_.pop_front();
        waiting_bytes_ -= job.request.body.size();
        if (left_of(job.deadline) > 0ms)
            start(std::move(job));
        else
            counters_.end(false);
    }
}

void Egress::start(Job job)
{
    ++active_;
    const auto timeout = std::min(upstream_.timeout, left_of(job.deadline));
    std::string body = upstream_request(job.request.body, job.request.id == 0);
    // The envelope of a response is stripped before it goes over the link.
    constexpr size_t kEnvelope = 256;
    post_json(io_, upstream_.url, std::move(body), timeout, kMaxResultBytes + kEnvelope,
              [this, job = std::move(job)](const HttpResult& http) {
                  --active_;
                  finish(job, http);
                  start_next();
              });
}

void Egress::finish(const Job& job, const HttpResult& http)
{
    if (http.fault == Fault::kUnreachable)
        spdlog::warn("ethereum: {} cannot be reached: {}", upstream_.url.authority(),
                     http.message);
    answer(job, result_for(http));
}

void Egress::answer(const Job& job, std::string result)
{
    const bool is_error = result.starts_with("{\"error\"");
    if (job.request.id == 0)
        return counters_.end(!is_error);
    // An answer is worth something a little longer than it was given to be made.
    const auto lifetime = std::max(left_of(job.deadline), Milliseconds(1000));
    const bool queued = link_.send(
        job.peer,
        {job.message_class, kEthereumAnswer, encode(Answer{job.request.id, std::move(result)})},
        lifetime);
    if (!queued)
        spdlog::warn("ethereum: the link takes no answer; its queue is full");
    counters_.end(queued);
}

} // namespace depinsat::bridge::ethereum
