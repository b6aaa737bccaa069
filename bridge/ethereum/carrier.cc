#include "bridge/ethereum/carrier.h"

#include "bridge/carried_record.h"
#include "bridge/ethereum/json_rpc.h"
#include "bridge/ethereum/packed_json.h"
#include "bridge/messages.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <tuple>

namespace depinsat::bridge::ethereum {
namespace {

using State = Carrier::State;

constexpr size_t kMaxTransactionBytes = 128u << 10;

/// Whether there is nothing to send: one that failed may be taken once more.
bool is_done_or_under_way(State state)
{
    return state == State::kFinal || !Carrier::has_ended(state);
}

/// The only parameter of a call, as bytes.
std::optional<Bytes> parameter_of(const std::string& call)
{
    const Json json = Json::parse(call, nullptr, false);
    const Json params = json.is_object() ? json.value("params", Json()) : Json();
    if (!params.is_array() || params.empty() || !params[0].is_string())
        return {};
    return from_hex(params[0].get<std::string>());
}

struct Checked {
    Transaction transaction;
    Bytes raw;
};

/// The transaction of a call of eth_sendRawTransaction, or why it is not to be sent.
std::variant<Checked, std::string> check(const config::EthereumBridge& bridge,
                                         const std::string& call)
{
    using namespace std::string_literals;
    auto raw = parameter_of(call);
    if (!raw)
        return "is no hexadecimal text"s;
    if (raw->size() > kMaxTransactionBytes)
        return "is longer than 128 KiB, which no node takes"s;
    auto decoded = decode_transaction(*raw);
    if (auto* why = std::get_if<std::string>(&decoded))
        return std::move(*why);
    const auto& transaction = std::get<Transaction>(decoded);
    if (bridge.chain_id && transaction.chain_id && *transaction.chain_id != *bridge.chain_id)
        return "is of chain " + std::to_string(*transaction.chain_id) + "; this is chain " +
               std::to_string(*bridge.chain_id);
    if (bridge.max_fee_per_gas && transaction.max_fee_per_gas > *bridge.max_fee_per_gas)
        return "offers more for its gas than bridge.ethereum.max_fee_gwei allows"s;
    return Checked{transaction, std::move(*raw)};
}

std::string invalid(const std::string& why)
{
    return error_result(kInvalidParams, "the transaction " + why + "; nothing was sent");
}

} // namespace

Carrier::Carrier(const BridgeContext& context, Gateways& gateways)
    : io_(context.io),
      station_(context.station),
      link_(context.link),
      store_(context.store),
      gateways_(gateways)
{
    load();
    link_.receive_kind(kEthereumVerdict,
                       [this](const auto& peer, auto bytes) { on_verdict(peer, bytes); });
}

bool Carrier::has_ended(State state)
{
    return state == State::kRefused || state == State::kFinal || state == State::kExpired;
}

const config::EthereumBridge& Carrier::bridge_of(const Carried& carried) const
{
    return station_.ethereum[std::min(carried.endpoint, station_.ethereum.size() - 1)];
}

std::optional<std::string> Carrier::refusal_of(const config::EthereumBridge& bridge,
                                               const std::string& call)
{
    const auto checked = check(bridge, call);
    const auto* why = std::get_if<std::string>(&checked);
    return why ? std::optional(invalid(*why)) : std::nullopt;
}

void Carrier::send(const config::EthereumBridge& bridge,
                   const link::PublicKey& gateway,
                   const std::string& call,
                   Done done)
{
    const auto checked = check(bridge, call);
    if (const auto* why = std::get_if<std::string>(&checked))
        return done(invalid(*why));
    const auto& [transaction, raw] = std::get<Checked>(checked);
    const Hash hash = transaction.hash;
    if (const auto known = carried_.find(hash);
        known != carried_.end() && is_done_or_under_way(known->second.state))
        return wait_for_verdict(known->second, std::move(done));
    if (!bridge.queue_when_down && !link_.peer_is_up(gateway))
        return done(
            error_result(kLinkDown, "the link to the gateway is down; nothing was sent"));
    if (const auto failed = carried_.find(hash);
        failed != carried_.end() && std::ranges::count(failed->second.tried, gateway) > 0)
        return retry(failed->second, std::move(done));
    if (!make_room(raw.size()))
        return done(
            error_result(kBusy, "too many transactions are under way; nothing was sent"));
    if (const auto ended = carried_.find(hash); ended != carried_.end())
        forget(ended);
    Carried& carried = carried_[hash];
    carried.transaction = transaction;
    carried.raw = raw;
    carried.endpoint =
        size_t(std::ranges::find_if(
                   station_.ethereum,
                   [&](const auto& one) { return one.server.listen == bridge.server.listen; }) -
               station_.ethereum.begin());
    bytes_ += raw.size();
    if (!queue(carried, gateway)) {
        forget(carried_.find(hash));
        return done(error_result(kBusy, "too much waits for the link; nothing was sent"));
    }
    wait_for_verdict(carried, std::move(done));
}

/// The link delivers a key once: to a gateway that had the transaction before, it goes as a
/// call that is made until it is answered.
void Carrier::retry(Carried& carried, Done done)
{
    carried.again = true;
    carried.refusal.clear();
    carried.sent = now();
    set_state(carried, State::kQueued);
    wait_for_verdict(carried, std::move(done));
}

bool Carrier::queue(Carried& carried, const link::PublicKey& gateway)
{
    const auto before = std::tuple(carried.gateway, carried.state);
    carried.gateway = gateway;
    carried.state = State::kQueued;
    if (hand_to(carried, gateway))
        return true;
    std::tie(carried.gateway, carried.state) = before;
    save(carried);
    return false;
}

bool Carrier::hand_to(Carried& carried, const link::PublicKey& gateway)
{
    const Hash hash = carried.transaction.hash;
    const auto sent = std::exchange(carried.sent, now());
    carried.tried.push_back(gateway);
    save(carried); // with the same commit as the message
    link::Message message{link::Class::kTransaction, kEthereumTransaction, carried.raw, hash};
    const bool queued =
        link_.send(gateway, std::move(message), bridge_of(carried).transaction_lifetime,
                   [this, hash, gateway](auto outcome) { on_outcome(hash, gateway, outcome); });
    if (!queued) {
        carried.tried.pop_back();
        carried.sent = sent;
        save(carried);
        return false;
    }
    gateways_.view(gateway).follow(receipt_poll(hash, carried.raw, carried.transaction.sender));
    return true;
}

void Carrier::wait_for_verdict(Carried& carried, Done done)
{
    if (carried.state != State::kQueued && carried.state != State::kAtGateway)
        return done(hash_result(carried.transaction.hash));
    const auto& bridge = bridge_of(carried);
    const std::string late =
        bridge.hash_without_verdict ? hash_result(carried.transaction.hash) : std::string();
    carried.waiting.add(io_, bridge.verdict_timeout, late, std::move(done));
}

void Carrier::set_state(Carried& carried, State state)
{
    carried.state = state;
    save(carried);
}

void Carrier::on_outcome(const Hash& hash,
                         const link::PublicKey& gateway,
                         link::Outcome outcome)
{
    const auto found = carried_.find(hash);
    if (found == carried_.end() || found->second.state != State::kQueued ||
        found->second.gateway != gateway)
        return;
    if (outcome == link::Outcome::kDone)
        return set_state(found->second, State::kAtGateway);
    set_state(found->second, State::kExpired);
    found->second.waiting.finish(error_result(kFateUnknown,
                                              "the transaction was not delivered to the "
                                              "gateway in time"));
}

void Carrier::on_verdict(const link::PublicKey& gateway, std::span<const uint8_t> bytes)
{
    constexpr size_t kMark = 4;
    if (bytes.size() < kMark)
        return;
    const auto found = std::ranges::find_if(carried_, [&](const auto& entry) {
        return std::ranges::count(entry.second.tried, gateway) > 0 &&
               std::equal(bytes.begin(), bytes.begin() + kMark, entry.first.begin());
    });
    if (found == carried_.end())
        return;
    Carried& carried = found->second;
    if (carried.state != State::kQueued && carried.state != State::kAtGateway)
        return;
    if (bytes.size() == kMark)
        return take_verdict(carried, gateway, {});
    const auto result = unpack_json(bytes.subspan(kMark));
    if (result && is_result(*result))
        take_verdict(carried, gateway, *result);
}

/// @param refusal  empty: it was taken.
void Carrier::take_verdict(Carried& carried,
                           const link::PublicKey& gateway,
                           const std::string& refusal)
{
    if (refusal.empty()) {
        carried.refusal.clear();
        set_state(carried, State::kAccepted);
        return carried.waiting.finish(hash_result(carried.transaction.hash));
    }
    carried.refusal = refusal;
    if (gateway != carried.gateway || try_another(carried))
        return; // one gateway may say anything
    set_state(carried, State::kRefused);
    carried.waiting.finish(refusal);
}

void Carrier::forget(std::map<Hash, Carried>::iterator carried)
{
    bytes_ -= carried->second.raw.size();
    store_.erase(kEthereumCarried, carried->first);
    carried_.erase(carried);
}

/// @return false if nothing that has ended can make way.
bool Carrier::make_room(size_t bytes)
{
    while (carried_.size() >= kMax || bytes_ + bytes > kMaxBytes) {
        const auto ended = std::ranges::find_if(
            carried_, [](const auto& entry) { return has_ended(entry.second.state); });
        if (ended == carried_.end())
            return false;
        forget(ended);
    }
    return true;
}

} // namespace depinsat::bridge::ethereum
