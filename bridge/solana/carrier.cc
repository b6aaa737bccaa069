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

constexpr auto kLifetime = 120s; ///< longer than a blockhash lives
constexpr auto kNonceLifetime = 3600s;

std::string signature_result(const Signature& signature)
{
    return R"({"result":")" + to_base58(signature) + "\"}";
}

} // namespace

Carrier::Carrier(const BridgeContext& context, Ordinary& ordinary, Ask ask)
    : io_(context.io),
      station_(context.station),
      link_(context.link),
      store_(context.store),
      ordinary_(ordinary),
      ask_(std::move(ask)),
      ordinary_timer_(context.io),
      silence_timer_(context.io)
{
    load();
    link_.receive_kind(kSolanaNews,
                       [this](const auto& peer, auto bytes) { on_news(peer, bytes); });
}

void Carrier::start()
{
    take_up_ordinary();
    look_after_ordinary();
    ask_now_and_then();
}

void Carrier::send(const config::SolanaBridge& bridge, const Json& params, Done done)
{
    auto read = read_sending(params);
    if (const auto* why = std::get_if<std::string>(&read))
        return done(error_result(json_rpc::kInvalidParams, *why + "; nothing was sent"));
    const auto& sending = std::get<ReadSending>(read);
    const Mark mark = mark_of(key_of(sending.transaction.signature));
    if (const auto known = carried_.find(mark);
        known != carried_.end() &&
        (known->second.state == State::kFinal || !has_ended(known->second.state)))
        return wait_for_verdict(known->second, std::move(done));
    if (!make_room())
        return done(error_result(json_rpc::kBusy,
                                 "too many transactions are under way; nothing was sent"));
    Carried carried;
    carried.signature = sending.transaction.signature;
    carried.blockhash = sending.transaction.blockhash;
    carried.durable_nonce = sending.transaction.durable_nonce;
    carried.bridge = &bridge;
    carried.sent = now();
    carried.heard = carried.sent;
    carried.until = now() + (carried.durable_nonce ? kNonceLifetime : kLifetime);
    if (ordinary_.serves(kService)) {
        Carried& taken = carried_[mark] = std::move(carried);
        by_ordinary(mark, taken, sending);
        return wait_for_verdict(taken, std::move(done));
    }
    if (const auto refusal = by_satellite(mark, carried, sending); !refusal.empty())
        return done(refusal);
    wait_for_verdict(carried_[mark] = std::move(carried), std::move(done));
}

/// @return why it cannot; empty if the link has it.
std::string
Carrier::by_satellite(const Mark& mark, Carried& carried, const ReadSending& sending)
{
    const auto& calls = carried.bridge->calls;
    const auto gateway = link_.preferred(calls.gateways);
    if (!calls.queue_when_down && !link_.peer_is_up(gateway))
        return error_result(json_rpc::kLinkDown,
                            "the link to the gateway is down; nothing was sent");
    carried.gateway = gateway;
    save(carried); // with the same commit as the message
    link::Message message{link::Class::kTransaction, kSolanaTransaction,
                          encode(sending.sending), key_of(carried.signature)};
    if (link_.send(gateway, std::move(message), left_of(carried.until),
                   [this, mark](link::Outcome outcome) { on_outcome(mark, outcome); }))
        return {};
    carried.gateway = {};
    if (!carried.ordinary)
        erase(carried);
    return error_result(json_rpc::kBusy, "too much waits for the link; nothing was sent");
}

void Carrier::wait_for_verdict(Carried& carried, Done done)
{
    if (carried.state != State::kQueued && carried.state != State::kAtGateway)
        return done(signature_result(carried.signature));
    const auto& bridge = *carried.bridge;
    const std::string late =
        bridge.signature_without_verdict ? signature_result(carried.signature) : std::string();
    carried.waiting.add(io_, bridge.verdict_timeout, late, std::move(done));
}

/// Somebody has said something of it: it is in the store, and told to who waits.
void Carrier::finish(Carried& carried, const std::string& result)
{
    carried.heard = now();
    save(carried);
    carried.waiting.finish(result);
}

void Carrier::on_outcome(const Mark& mark, link::Outcome outcome)
{
    const auto found = carried_.find(mark);
    if (found == carried_.end() || found->second.state != State::kQueued)
        return;
    if (outcome == link::Outcome::kDone) {
        found->second.state = State::kAtGateway;
        found->second.heard = now();
        return save(found->second);
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
        return take_status(carried, news.status);
    case News::What::kExpired:
        return expire(carried);
    }
}

void Carrier::expire(Carried& carried)
{
    carried.state = State::kExpired;
    finish(carried,
           error_result(ErrorCode(kPreflightFailure),
                        "the transaction's blockhash has expired; it was not executed"));
}

void Carrier::take_status(Carried& carried, const Status& status)
{
    carried.landed = status;
    slot_ = std::max(slot_, status.slot);
    carried.state =
        status.commitment == Commitment::kFinalized ? State::kFinal : State::kLanded;
    finish(carried, signature_result(carried.signature));
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
    erase(ended->second);
    carried_.erase(ended);
    return true;
}

} // namespace depinsat::bridge::solana
