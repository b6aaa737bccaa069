#include "bridge/ethereum/egress.h"

#include "bridge/ethereum/calls.h"
#include "bridge/ethereum/json_rpc.h"
#include "bridge/ethereum/packed_json.h"
#include "bridge/ethereum/plain_transfer.h"
#include "bridge/ethereum/transaction.h"
#include "bridge/json_rpc/results.h"

#include "depinsat/link/wire.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <bit>

namespace depinsat::bridge::ethereum {
namespace {

using namespace std::chrono_literals;
using Milliseconds = std::chrono::milliseconds;
using Fault = HttpResult::Fault;

constexpr Milliseconds kMaxTimeout{600'000};
constexpr size_t kMaxResultBytes = link::kMaxMessageBytes - kAnswerHeaderBytes - 1;

std::optional<std::string> unpacked(const std::string& body)
{
    return unpack_json({reinterpret_cast<const uint8_t*>(body.data()), body.size()});
}

std::string packed(const std::string& text)
{
    const Bytes bytes = pack_json(text);
    return {bytes.begin(), bytes.end()};
}

std::string result_for(const HttpResult& http)
{
    constexpr std::string_view kWhy = "the answer is too large for the link";
    auto result = upstream_result(http, kWhy);
    return result.size() > kMaxResultBytes ? error_result(kTooLarge, kWhy) : result;
}

} // namespace

Egress::Egress(const BridgeContext& context,
               std::vector<config::Upstream> upstreams,
               Watch& watch)
    : link_(context.link),
      http_(context.http),
      counters_(context.counters),
      upstreams_(std::move(upstreams)),
      watch_(watch),
      waiting_({})
{
    link_.receive_kind(kEthereumRequest,
                       [this](const auto& peer, auto bytes) { on_request(peer, bytes); });
    context.metrics.gauge("depinsat_ethereum_requests_waiting",
                          "Requests that wait for the gateway's node", {},
                          [this] { return double(waiting_.waiting()); });
    context.metrics.gauge("depinsat_ethereum_requests_active", "Requests at the gateway's node",
                          {}, [this] { return double(waiting_.active()); });
}

void Egress::on_request(const link::PublicKey& peer, std::span<const uint8_t> bytes)
{
    auto request = decode_request(bytes);
    const auto text = request ? unpacked(request->body) : std::nullopt;
    if (!text) {
        if (std::has_single_bit(++malformed_)) // ever more rarely: a station fills no disk
            spdlog::warn("ethereum: request of a station is malformed ({} so far)", malformed_);
        return;
    }
    request->body = *text;
    watch_.note(peer);
    counters_.begin();
    const auto timeout = std::min(Milliseconds(request->timeout_ms), kMaxTimeout);
    Job job{peer, std::move(*request), link::Class::kInteractive, now() + timeout};
    if (!is_call(job.request.body))
        return answer(job, error_result(kInvalidRequest, "invalid request"));
    job.message_class = class_of(Json::parse(job.request.body)["method"].get<std::string>());
    if (const auto result = own_result(peer, job.request.body))
        return answer(job, *result);
    const bool urgent = job.message_class == link::Class::kTransaction;
    const size_t size = job.request.body.size();
    if (!waiting_.push(peer, job, size, urgent))
        return answer(job, error_result(kBusy, "the gateway has too many requests at once"));
    start_next();
}

/// Of the calls that stations make for themselves.
std::optional<std::string> Egress::own_result(const link::PublicKey& peer,
                                              const std::string& call)
{
    constexpr const char* kTrue = R"({"result":true})";
    if (call == kInterestCall)
        return kTrue; // that it was made is all
    if (call == kResumeCall) {
        watch_.restart(peer);
        return kTrue;
    }
    const Json json = Json::parse(call);
    if (json["method"] != kFollowMethod)
        return {};
    for (const auto& text : json.value("params", Json::array()))
        follow_receipt(peer, text);
    return kTrue;
}

void Egress::start_next()
{
    while (auto job = waiting_.pop()) {
        if (left_of(job->deadline) > 0ms) {
            start(std::make_shared<Job>(std::move(*job)), 0);
            continue;
        }
        counters_.end(false);
        waiting_.done(job->peer);
    }
}

/// At this upstream, or the next if it cannot be reached: nothing was sent
/// then.
void Egress::start(const std::shared_ptr<Job>& job, size_t upstream)
{
    // The envelope of a response is stripped before it goes over the link.
    constexpr size_t kEnvelope = 256;
    const config::Upstream& node = upstreams_[upstream];
    HttpCall call{.url = node.url};
    call.body = upstream_request(job->request.body, job->request.id == 0);
    call.timeout = std::min(node.timeout, left_of(job->deadline));
    call.max_answer_bytes = kMaxResultBytes + kEnvelope;
    call.ca_file = node.ca_file;
    http_.request(std::move(call), [this, job, upstream](const HttpResult& http) {
        if (http.fault == Fault::kUnreachable)
            spdlog::warn("ethereum: {} cannot be reached: {}",
                         upstreams_[upstream].url.authority(), http.message);
        if (http.fault == Fault::kUnreachable && upstream + 1 < upstreams_.size() &&
            left_of(job->deadline) > 0ms)
            return start(job, upstream + 1);
        waiting_.done(job->peer);
        answer(*job, result_for(http));
        start_next();
    });
}

/// The station waits for the receipt of a transaction that a node has taken.
void Egress::follow(const Job& job)
{
    const Json call = Json::parse(job.request.body);
    const Json params = call.value("params", Json::array());
    if (call["method"] != "eth_sendRawTransaction" || !params.is_array() || params.size() != 1)
        return;
    follow_receipt(job.peer, params[0]);
}

void Egress::follow_receipt(const link::PublicKey& peer, const Json& text)
{
    const auto raw =
        text.is_string() ? from_hex(text.get_ref<const std::string&>()) : std::nullopt;
    const auto decoded = decode_transaction(raw.value_or(Bytes()));
    if (const auto* transaction = std::get_if<Transaction>(&decoded))
        watch_.follow(peer, receipt_poll(transaction->hash, *raw, transaction->sender), true);
}

void Egress::answer(const Job& job, std::string result)
{
    const bool is_error = result.starts_with("{\"error\"");
    if (!is_error && result.size() <= kMaxPollBytes &&
        is_poll(Json::parse(job.request.body, nullptr, false)))
        watch_.remember(job.peer, job.request.body, result);
    if (result == kTransferGasResult)
        if (const auto transfer =
                plain_transfer_of(Json::parse(job.request.body, nullptr, false)))
            for (const auto& call : transfer->companions())
                watch_.expect(job.peer, call);
    if (!is_error)
        follow(job);
    if (job.request.id == 0)
        return counters_.end(!is_error);
    // An answer is worth something a little longer than it was given to be made.
    const auto lifetime = std::max(left_of(job.deadline), Milliseconds(1000));
    const bool queued = link_.send(
        job.peer,
        {job.message_class, kEthereumAnswer, encode(Answer{job.request.id, packed(result)})},
        lifetime);
    if (!queued)
        spdlog::warn("ethereum: the link takes no answer; its queue is full");
    counters_.end(queued);
}

} // namespace depinsat::bridge::ethereum
