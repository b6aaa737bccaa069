// What the store keeps of transactions.
#include "bridge/carried_record.h"
#include "bridge/solana/carrier.h"

#include <spdlog/spdlog.h>

#include <algorithm>

namespace depinsat::bridge::solana {
namespace {

using State = Carrier::State;

Json status_json(const std::optional<Status>& status)
{
    if (!status)
        return nullptr;
    return {{"slot", status->slot},
            {"commitment", int(status->commitment)},
            {"confirmations", status->confirmations},
            {"error", status->error}};
}

std::optional<Status> read_status(const Json& json)
{
    if (json.is_null())
        return {};
    const int commitment =
        std::clamp(json.at("commitment").get<int>(), 0, int(Commitment::kFinalized));
    return Status{json.at("slot"), Commitment(commitment), json.at("confirmations"),
                  json.at("error")};
}

} // namespace

void Carrier::save(const Carried& carried)
{
    const Json json{{"signature", bytes_json(carried.signature)},
                    {"blockhash", bytes_json(carried.blockhash)},
                    {"durable_nonce", carried.durable_nonce},
                    {"endpoint", carried.bridge - station_.solana.data()},
                    {"gateway", bytes_json(carried.gateway)},
                    {"state", int(carried.state)},
                    {"refusal", carried.refusal},
                    {"status", status_json(carried.landed)},
                    {"sent", to_wall_seconds(carried.sent)}};
    store_.put(kSolanaCarried, key_of(carried.signature), Json::to_cbor(json));
}

void Carrier::erase(const Carried& carried)
{
    store_.erase(kSolanaCarried, key_of(carried.signature));
}

/// Those of earlier runs. What the link still has of them goes out again; a verdict or a status
/// that was under way is lost, so nodes are asked.
void Carrier::load()
{
    const auto& bridges = station_.solana;
    store_.for_each(kSolanaCarried, [&](auto, std::span<const uint8_t> value) {
        const Json json = Json::from_cbor(value.begin(), value.end(), true, false);
        if (json.is_discarded())
            return;
        Carried carried;
        carried.signature = array_of<Signature>(json.at("signature"));
        carried.blockhash = array_of<Hash>(json.at("blockhash"));
        carried.durable_nonce = json.at("durable_nonce");
        carried.bridge =
            &bridges[std::min(json.at("endpoint").get<size_t>(), bridges.size() - 1)];
        carried.gateway = array_of<link::PublicKey>(json.at("gateway"));
        carried.state = State(std::clamp(json.at("state").get<int>(), 0, int(State::kExpired)));
        carried.refusal = json.at("refusal");
        carried.landed = read_status(json.at("status"));
        carried.sent = from_wall_seconds(json.at("sent"));
        if (carried.landed)
            slot_ = std::max(slot_, carried.landed->slot);
        carried_[mark_of(key_of(carried.signature))] = std::move(carried);
    });
    if (!carried_.empty())
        spdlog::info("solana: {} transactions of earlier runs", carried_.size());
}

} // namespace depinsat::bridge::solana
