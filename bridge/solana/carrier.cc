#include "bridge/solana/carrier.h"

#include "bridge/messages.h"
#include "bridge/solana/request.h"

#include <spdlog/spdlog.h>

#include <algorithm>

namespace depinsat::bridge::solana {
namespace {

using namespace std::chrono_literals;
using json_rpc::error_result;
using State = Carrier::State;

constexpr std::chrono::seconds kLifetime = 120s; ///< longer than a blockhash lives
constexpr std::chrono::seconds kNonceLifetime = 3600s;
constexpr size_t kMaxWaiting = 16; ///< clients that wait for one transaction

bool has_ended(State state)
{
    return state == State::kRefused || state == State::kFinal || state == State::kExpired;
}

std::string signature_result(const Signature& signature)
{
    return R"({"result":")" + to_base58(signature) + "\"}";
}

std::string expired_result()
{
    return error_result(ErrorCode(kPreflightFailure),
                        "the transaction's blockhash has expired; it was not executed");
}

} // namespace

Carrier::Carrier(const BridgeContext& context, Ordinary& ordinary)
    : io_(context.io),
      link_(context.link),
      store_(context.store),
      ordinary_(ordinary),
      bridges_(context.station.solana),
      timer_(context.io)
{
    link_.receive_kind(kSolanaNews,
                       [this](const auto& peer, auto bytes) { on_news(peer, bytes); });
}

void Carrier::send(const config::SolanaBridge& bridge, const Json& params, Done done)
{
    auto read = read_sending(params);
    if (const auto* why = std::get_if<std::string>(&read))
        return done(error_result(json_rpc::kInvalidParams, *why + "; nothing was sent"));
    const auto& sending = std::get<ReadSending>(read);
    const Mark mark = mark_of(key_of(sending.transaction.signature));
    if (const auto known = carried_.find(mark);
        known != carried_.end() && !has_ended(known->second.state))
        return wait_for_verdict(mark, known->second, std::move(done));
    if (!make_room())
        return done(error_result(json_rpc::kBusy,
                                 "too many transactions are under way; nothing was sent"));
    const auto until = now() + (sending.transaction.durable_nonce ? kNonceLifetime : kLifetime);
    if (ordinary_.serves(kService)) {
        take_ordinary(bridge, sending, until);
        return wait_for_verdict(mark, carried_.at(mark), std::move(done));
    }
    Carried carried;
    carried.signature = sending.transaction.signature;
    carried.bridge = &bridge;
    carried.until = until;
    if (const auto refusal = by_satellite(mark, carried, sending); !refusal.empty())
        return done(refusal);
    wait_for_verdict(mark, carried_[mark] = std::move(carried), std::move(done));
}

/// @return why it cannot; empty if the link has it.
std::string
Carrier::by_satellite(const Mark& mark, Carried& carried, const ReadSending& sending)
{
    const auto& calls = carried.bridge->calls;
    const auto& gateway = link_.preferred(calls.gateways);
    if (!calls.queue_when_down && !link_.peer_is_up(gateway))
        return error_result(json_rpc::kLinkDown,
                            "the link to the gateway is down; nothing was sent");
    link::Message message{link::Class::kTransaction, kSolanaTransaction,
                          encode(sending.sending), key_of(carried.signature)};
    if (!link_.send(gateway, std::move(message), left_of(carried.until),
                    [this, mark](link::Outcome outcome) { on_outcome(mark, outcome); }))
        return error_result(json_rpc::kBusy, "too much waits for the link; nothing was sent");
    carried.gateway = gateway;
    return {};
}

void Carrier::wait_for_verdict(const Mark& mark, Carried& carried, Done done)
{
    if (carried.state != State::kQueued && carried.state != State::kAtGateway)
        return done(signature_result(carried.signature));
    if (carried.waiting.size() >= kMaxWaiting)
        return done(
            error_result(json_rpc::kBusy, "too many clients wait for this transaction"));
    carried.waiting.push_back(std::move(done));
    if (carried.waiting.size() > 1)
        return;
    carried.timer = std::make_unique<asio::steady_timer>(io_, carried.bridge->verdict_timeout);
    carried.timer->async_wait([this, mark](error_code error) {
        const auto found = carried_.find(mark);
        if (error || found == carried_.end())
            return;
        Carried& late = found->second;
        finish(late, late.bridge->signature_without_verdict
                         ? signature_result(late.signature)
                         : error_result(json_rpc::kNoAnswerInTime,
                                        "the transaction is queued; the gateway's node has "
                                        "said nothing of it yet"));
    });
}

void Carrier::finish(Carried& carried, const std::string& result)
{
    carried.timer.reset();
    for (const auto& done : std::exchange(carried.waiting, {}))
        done(result);
}

void Carrier::on_outcome(const Mark& mark, link::Outcome outcome)
{
    const auto found = carried_.find(mark);
    if (found == carried_.end() || found->second.state != State::kQueued)
        return;
    if (outcome == link::Outcome::kDone) {
        found->second.state = State::kAtGateway;
        return;
    }
    if (outcome == link::Outcome::kUnknown)
        return finish(found->second,
                      error_result(json_rpc::kFateUnknown,
                                   "nobody knows whether the gateway has the transaction"));
    found->second.state = State::kExpired;
    finish(found->second, error_result(json_rpc::kFateUnknown,
                                       "the transaction did not reach the gateway in time"));
}

void Carrier::on_news(const link::PublicKey& gateway, std::span<const uint8_t> bytes)
{
    const auto news = decode_news(bytes);
    const auto found = news ? carried_.find(news->mark) : carried_.end();
    if (found == carried_.end() || found->second.gateway != gateway)
        return;
    take(found->second, *news);
}

void Carrier::take(Carried& carried, const News& news)
{
    switch (news.what) {
    case News::What::kAccepted:
        if (carried.state == State::kQueued || carried.state == State::kAtGateway)
            carried.state = State::kAccepted;
        return finish(carried, signature_result(carried.signature));
    case News::What::kRefused:
        if (!json_rpc::is_result(news.error))
            return;
        carried.state = State::kRefused;
        carried.refusal = news.error;
        return finish(carried, news.error);
    case News::What::kStatus:
        carried.landed = news.status;
        slot_ = std::max(slot_, news.status.slot);
        carried.state =
            news.status.commitment == Commitment::kFinalized ? State::kFinal : State::kLanded;
        return finish(carried, signature_result(carried.signature));
    case News::What::kExpired:
        carried.state = State::kExpired;
        return finish(carried, expired_result());
    }
}

/// @return false if nothing that has ended can make way.
bool Carrier::make_room()
{
    if (carried_.size() < kMax)
        return true;
    const auto ended = std::ranges::find_if(
        carried_, [](const auto& entry) { return has_ended(entry.second.state); });
    if (ended == carried_.end())
        return false;
    carried_.erase(ended);
    return true;
}

} // namespace depinsat::bridge::solana
