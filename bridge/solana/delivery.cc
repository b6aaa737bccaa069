#include "bridge/solana/delivery.h"

#include "bridge/messages.h"

#include <spdlog/spdlog.h>

#include <algorithm>

namespace depinsat::bridge::solana {
namespace {

using namespace std::chrono_literals;
using json_rpc::Json;

constexpr auto kLookTime = 2s;
constexpr auto kGiveUpTime = 600s; ///< of a transaction whose blockhash does not expire
constexpr auto kNewsLifetime = 120s;

std::string call_text(const char* method, Json params)
{
    return Json{{"method", method}, {"params", std::move(params)}}.dump();
}

} // namespace

struct Delivery::Job {
    link::PublicKey peer{};
    link::MessageKey key{};
    Sending sending;
    Transaction transaction;
    link::Time give_up{};
    size_t missing = 0;  ///< answers to the handing over
    size_t node = 0;     ///< that is asked for the status
    bool told = false;   ///< the verdict
    std::string refusal; ///< of a node
    std::optional<Status> status;
    std::optional<asio::steady_timer> timer;
};

Delivery::Delivery(const BridgeContext& context, std::vector<config::Upstream> upstreams)
    : io_(context.io),
      link_(context.link),
      http_(context.http),
      upstreams_(std::move(upstreams))
{
    link_.receive_keyed_kind(kSolanaTransaction,
                             [this](const auto& peer, const auto& key, auto bytes) {
                                 on_transaction(peer, key, bytes);
                             });
    context.metrics.gauge("depinsat_solana_transactions_active",
                          "Transactions that the gateway follows", {},
                          [this] { return double(active_); });
}

void Delivery::on_transaction(const link::PublicKey& peer,
                              const link::MessageKey& key,
                              std::span<const uint8_t> bytes)
{
    const auto job = std::make_shared<Job>();
    job->peer = peer;
    job->key = key;
    job->give_up = now() + kGiveUpTime;
    job->timer.emplace(io_);
    ++active_;
    auto sending = decode_sending(bytes);
    if (!sending)
        return refuse(job, json_rpc::error_result(json_rpc::kInvalidRequest,
                                                  "the gateway cannot read the request"));
    const auto decoded = decode_transaction(sending->raw);
    if (const auto* why = std::get_if<std::string>(&decoded))
        return refuse(
            job, json_rpc::error_result(json_rpc::kInvalidParams, "the transaction " + *why));
    job->sending = std::move(*sending);
    job->transaction = std::get<Transaction>(decoded);
    if (key_of(job->transaction.signature) != key)
        return refuse(job, json_rpc::error_result(json_rpc::kInvalidParams,
                                                  "the key is not that of the signature"));
    if (active_ > kMax)
        return refuse(job,
                      json_rpc::error_result(json_rpc::kBusy,
                                             "the gateway has too many transactions at once"));
    hand_over(job);
}

void Delivery::post(const config::Upstream& node, const std::string& call, Answered answered)
{
    HttpCall http{.url = node.url};
    http.body = json_rpc::upstream_request(call, false);
    http.timeout = node.timeout;
    http.ca_file = node.ca_file;
    http.idempotent = true; // the same transaction again is executed no more
    http_.request(std::move(http), [answered = std::move(answered)](const HttpResult& result) {
        answered(result.fault == HttpResult::Fault::kNone ? json_rpc::result_of(result.body)
                                                          : std::nullopt);
    });
}

void Delivery::hand_over(const Shared& job)
{
    job->missing = upstreams_.size();
    job->refusal.clear();
    const std::string call = send_call(job->sending);
    for (const auto& node : upstreams_)
        post(node, call, [this, job](const auto& result) { on_answer(job, result); });
}

/// The first node that takes it decides; all have to refuse it.
void Delivery::on_answer(const Shared& job, const std::optional<std::string>& result)
{
    const bool taken =
        result && (result->starts_with("{\"result\"") || is_processed_already(*result));
    if (taken && !std::exchange(job->told, true))
        tell(*job, {News::What::kAccepted, {}, {}, {}});
    if (result && !taken)
        job->refusal = *result;
    if (--job->missing > 0)
        return;
    if (!job->told && !job->refusal.empty())
        return refuse(job, job->refusal);
    // From now on it is only sent again: preflight has had its say.
    job->sending.skip_preflight = job->sending.skip_preflight || job->told;
    look_later(job);
}

void Delivery::look_later(const Shared& job)
{
    job->timer->expires_after(kLookTime);
    job->timer->async_wait([this, job](error_code error) {
        if (!error)
            look(job);
    });
}

/// Whether the blockhash is still valid is asked before the status: what is in no block then
/// will not get into one.
void Delivery::look(const Shared& job)
{
    job->node = (job->node + 1) % upstreams_.size();
    if (job->transaction.durable_nonce)
        return look_for_status(job, now() < job->give_up);
    const auto call = call_text(
        "isBlockhashValid",
        Json::array({to_base58(job->transaction.blockhash), {{"commitment", "processed"}}}));
    post(upstreams_[job->node], call, [this, job](const auto& result) {
        const Json json = result ? Json::parse(*result) : Json();
        const Json::json_pointer value("/result/value");
        const bool known = json.is_object() && json.contains(value) && json[value].is_boolean();
        if (!known && now() < job->give_up)
            return look_later(job);
        look_for_status(job, known && json[value].get<bool>());
    });
}

void Delivery::look_for_status(const Shared& job, bool valid)
{
    const auto call =
        call_text("getSignatureStatuses",
                  Json::array({Json::array({to_base58(job->transaction.signature)})}));
    post(upstreams_[job->node], call, [this, job, valid](const auto& result) {
        if (!result || result->starts_with("{\"error\""))
            return now() < job->give_up ? look_later(job) : end(job);
        const auto status = status_in(*result);
        if (!status && !valid) {
            tell(*job, {News::What::kExpired, {}, {}, {}});
            return end(job);
        }
        if (!status)
            return hand_over(job);
        if (!job->status || job->status->commitment != status->commitment ||
            job->status->error != status->error) {
            job->status = status;
            tell(*job, {News::What::kStatus, {}, {}, *status});
        }
        if (status->commitment == Commitment::kFinalized || now() >= job->give_up)
            return end(job);
        look_later(job);
    });
}

void Delivery::refuse(const Shared& job, const std::string& result)
{
    tell(*job, {News::What::kRefused, {}, result, {}});
    end(job);
}

void Delivery::end(const Shared& job)
{
    --active_;
    link_.taken(job->peer, job->key);
}

void Delivery::tell(const Job& job, News news)
{
    news.mark = mark_of(job.key);
    if (!link_.send(job.peer, {link::Class::kTransaction, kSolanaNews, encode(news)},
                    kNewsLifetime))
        spdlog::warn("solana: the link takes no news; its queue is full");
}

} // namespace depinsat::bridge::solana
