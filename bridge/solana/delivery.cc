#include "bridge/solana/delivery.h"

#include "bridge/messages.h"
#include "bridge/node_request.h"

#include <spdlog/spdlog.h>

namespace depinsat::bridge::solana {
namespace {

using namespace std::chrono_literals;

constexpr auto kNewsLifetime = 120s;

} // namespace

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
    ++active_;
    auto sending = decode_sending(bytes);
    if (!sending)
        return refuse(peer, key, json_rpc::kInvalidRequest,
                      "the gateway cannot read the request");
    const auto decoded = decode_transaction(sending->raw);
    if (const auto* why = std::get_if<std::string>(&decoded))
        return refuse(peer, key, json_rpc::kInvalidParams, "the transaction " + *why);
    const auto& transaction = std::get<Transaction>(decoded);
    if (key_of(transaction.signature) != key)
        return refuse(peer, key, json_rpc::kInvalidParams,
                      "the key is not that of the signature");
    if (active_ > kMax)
        return refuse(peer, key, json_rpc::kBusy,
                      "the gateway has too many transactions at once");
    follow(peer, key, {std::move(*sending), transaction});
}

void Delivery::follow(const link::PublicKey& peer,
                      const link::MessageKey& key,
                      const ReadSending& read)
{
    const Follower::Nodes nodes{upstreams_.size(),
                                [this](size_t node, const std::string& call, auto answered) {
                                    ask(upstreams_[node], call, std::move(answered));
                                }};
    std::make_shared<Follower>(
        io_, nodes, read, [this, peer](const News& news) { tell(peer, news); },
        [this, peer, key] { end(peer, key); })
        ->start();
}

void Delivery::ask(const config::Upstream& node,
                   const std::string& call,
                   Follower::Answered answered)
{
    // The same transaction again is executed no more.
    auto request = call_of(node, {.body = json_rpc::upstream_request(call, false),
                                  .timeout = node.timeout,
                                  .idempotent = true});
    http_.request(
        std::move(request), [answered = std::move(answered)](const HttpResult& result) {
            answered(result.fault == HttpResult::Fault::kNone ? json_rpc::result_of(result.body)
                                                              : std::nullopt);
        });
}

void Delivery::refuse(const link::PublicKey& peer,
                      const link::MessageKey& key,
                      json_rpc::ErrorCode code,
                      const std::string& why)
{
    tell(peer, {News::What::kRefused, mark_of(key), json_rpc::error_result(code, why), {}});
    end(peer, key);
}

void Delivery::end(const link::PublicKey& peer, const link::MessageKey& key)
{
    --active_;
    link_.taken(peer, key);
}

void Delivery::tell(const link::PublicKey& peer, const News& news)
{
    if (!link_.send(peer, {link::Class::kTransaction, kSolanaNews, encode(news)},
                    kNewsLifetime))
        spdlog::warn("solana: the link takes no news; its queue is full");
}

} // namespace depinsat::bridge::solana
