#include "bridge/ethereum/delivery.h"

#include "bridge/ethereum/json_rpc.h"
#include "bridge/ethereum/packed_json.h"
#include "bridge/messages.h"

#include <spdlog/spdlog.h>

#include <algorithm>

namespace depinsat::bridge::ethereum {
namespace {

using namespace std::chrono_literals;

constexpr auto kFirstRetry = 1s, kLongestRetry = 32s;
constexpr auto kGiveUpTime = 7 * 24h; // the longest lifetime_s; the sender's own is not told
constexpr auto kVerdictLifetime = 60s;

bool holds(std::string_view text, std::string_view words)
{
    return std::ranges::search(text, words, [](char a, char b) {
               return std::tolower(uint8_t(a)) == b;
           }).begin() != text.end();
}

std::string call_text(const char* method, const std::string& parameter)
{
    return Json{{"method", method}, {"params", Json::array({parameter})}}.dump();
}

} // namespace

NodeVerdict verdict_of(std::string_view result)
{
    if (result.starts_with("{\"result\""))
        return NodeVerdict::kTaken;
    // The words of geth, Nethermind, Besu, Erigon, Reth and anvil; there are no
    // codes for it.
    for (const auto words : {"already known", "already imported", "alreadyknown",
                             "known transaction", "already in mempool"})
        if (holds(result, words))
            return NodeVerdict::kTaken;
    for (const auto words : {"nonce too low", "nonce_too_low", "oldnonce", "nonce is too low"})
        if (holds(result, words))
            return NodeVerdict::kNonceTooLow;
    for (const auto words : {"txpool is full", "transaction pool is full", "mempool is full",
                             "rate limit", "too many requests", "limit exceeded"})
        if (holds(result, words))
            return NodeVerdict::kNotNow;
    return NodeVerdict::kRefused;
}

struct Delivery::Job {
    link::PublicKey peer{};
    Transaction transaction;
    std::string raw; ///< hexadecimal
    Bytes bytes;
    link::Time give_up{};
    std::chrono::seconds retry = kFirstRetry;
    size_t missing = 0;
    bool told = false, reached = false;
    std::string refusal;
    std::unique_ptr<asio::steady_timer> timer;
};

Delivery::Delivery(const BridgeContext& context,
                   std::vector<config::Upstream> upstreams,
                   Watch& watch)
    : io_(context.io),
      link_(context.link),
      http_(context.http),
      upstreams_(std::move(upstreams)),
      watch_(watch),
      waiting_({.waiting = 4096, .waiting_bytes = 64u << 20, .active = 64, .all_active = 1024})
{
    link_.receive_keyed_kind(kEthereumTransaction,
                             [this](const auto& peer, const auto& key, auto bytes) {
                                 on_transaction(peer, key, bytes);
                             });
}

void Delivery::on_transaction(const link::PublicKey& peer,
                              const link::MessageKey& key,
                              std::span<const uint8_t> raw)
{
    const auto decoded = decode_transaction(raw);
    const auto job = std::make_shared<Job>();
    job->peer = peer;
    job->transaction.hash = key;
    if (const auto* why = std::get_if<std::string>(&decoded))
        return refuse(*job, error_result(kInvalidParams, "the transaction " + *why));
    if (std::get<Transaction>(decoded).hash != key)
        return refuse(*job, error_result(kInvalidParams, "the key is not the hash"));
    job->transaction = std::get<Transaction>(decoded);
    job->raw = to_hex(raw);
    job->bytes.assign(raw.begin(), raw.end());
    job->give_up = now() + kGiveUpTime;
    watch_.note(peer);
    if (!waiting_.push(peer, job, raw.size(), false))
        return refuse(*job, error_result(kBusy, "too many transactions of the station wait at "
                                                "the gateway"));
    start_next();
}

void Delivery::start_next()
{
    while (const auto job = waiting_.pop())
        post(*job);
}

void Delivery::post(const std::shared_ptr<Job>& job)
{
    job->missing = upstreams_.size();
    for (size_t i = 0; i < upstreams_.size(); ++i) {
        HttpCall call{.url = upstreams_[i].url};
        call.body = upstream_request(call_text("eth_sendRawTransaction", job->raw), false);
        call.timeout = upstreams_[i].timeout;
        call.ca_file = upstreams_[i].ca_file;
        call.idempotent = true; // the same transaction again is "already known"
        http_.request(std::move(call),
                      [this, job, i](const HttpResult& http) { on_answer(job, i, http); });
    }
}

void Delivery::on_answer(const std::shared_ptr<Job>& job,
                         size_t upstream,
                         const HttpResult& http)
{
    const auto result =
        http.fault == HttpResult::Fault::kNone ? result_of(http.body) : std::nullopt;
    if (!result) {
        spdlog::warn("ethereum: {} takes no transaction: {}",
                     upstreams_[upstream].url.authority(),
                     http.message.empty() ? "no JSON-RPC response" : http.message);
        return end_one(job, false, {});
    }
    const NodeVerdict verdict = verdict_of(*result);
    job->reached |= verdict != NodeVerdict::kNotNow;
    switch (verdict) {
    case NodeVerdict::kTaken:
        return end_one(job, true, {});
    case NodeVerdict::kNonceTooLow:
        return look_for(job, upstream, *result);
    case NodeVerdict::kNotNow:
        return end_one(job, false, {});
    case NodeVerdict::kRefused:
        return end_one(job, false, *result);
    }
}

/// A nonce that is too low is success if it is this transaction that has used
/// it.
void Delivery::look_for(const std::shared_ptr<Job>& job,
                        size_t upstream,
                        const std::string& refusal)
{
    HttpCall call{.url = upstreams_[upstream].url};
    call.body = upstream_request(
        call_text("eth_getTransactionByHash", to_hex(job->transaction.hash)), false);
    call.timeout = upstreams_[upstream].timeout;
    call.ca_file = upstreams_[upstream].ca_file;
    call.idempotent = true;
    http_.request(std::move(call), [this, job, refusal](const HttpResult& http) {
        const auto result =
            http.fault == HttpResult::Fault::kNone ? result_of(http.body) : std::nullopt;
        const Json found = result ? Json::parse(*result).value("result", Json()) : Json();
        end_one(job, hash_at(found, "hash") == job->transaction.hash, refusal);
    });
}

void Delivery::end_one(const std::shared_ptr<Job>& job, bool taken, const std::string& refusal)
{
    if (taken && !std::exchange(job->told, true)) {
        watch_.follow(job->peer,
                      receipt_poll(job->transaction.hash, job->bytes, job->transaction.sender),
                      false);
        tell(*job, {});
    }
    if (job->refusal.empty())
        job->refusal = refusal;
    if (--job->missing > 0)
        return;
    if (!job->told && !job->reached && now() < job->give_up) {
        job->timer = std::make_unique<asio::steady_timer>(io_, job->retry);
        job->retry = std::min(2 * job->retry, std::chrono::seconds(kLongestRetry));
        job->timer->async_wait([this, job](error_code error) {
            if (!error)
                post(job);
        });
        return;
    }
    waiting_.done(job->peer);
    link_.taken(job->peer, job->transaction.hash);
    if (!job->told)
        tell(*job, job->refusal.empty()
                       ? error_result(kUpstreamDead, "the gateway's node cannot be reached")
                       : job->refusal);
    start_next();
}

void Delivery::refuse(const Job& job, const std::string& refusal)
{
    tell(job, refusal);
    link_.taken(job.peer, job.transaction.hash);
}

/// @param refusal  empty: it was taken.
void Delivery::tell(const Job& job, const std::string& refusal)
{
    constexpr size_t kMark = 4;
    Bytes bytes(job.transaction.hash.begin(), job.transaction.hash.begin() + kMark);
    if (!refusal.empty()) {
        const Bytes packed = pack_json(refusal);
        bytes.insert(bytes.end(), packed.begin(), packed.end());
    }
    link_.send(job.peer, {link::Class::kTransaction, kEthereumVerdict, std::move(bytes)},
               kVerdictLifetime);
}

} // namespace depinsat::bridge::ethereum
