// What the store keeps of transactions.
#include "bridge/ethereum/carrier_record.h"

#include "bridge/ethereum/carrier.h"
#include "bridge/wall_clock.h"

#include <spdlog/spdlog.h>

#include <algorithm>

namespace depinsat::bridge::ethereum {
namespace {

using State = Carrier::State;

Json key_json(const link::PublicKey& key)
{
    return Json::binary({key.begin(), key.end()});
}

link::PublicKey key_of(const Json& json)
{
    link::PublicKey key{};
    const auto& bytes = json.get_binary();
    std::copy_n(bytes.begin(), std::min(bytes.size(), key.size()), key.begin());
    return key;
}

} // namespace

void Carrier::save(const Carried& carried)
{
    Json tried = Json::array();
    for (const auto& gateway : carried.tried)
        tried.push_back(key_json(gateway));
    const auto since = std::chrono::duration_cast<std::chrono::seconds>(now() - carried.sent);
    const Json json{
        {"raw", Json::binary(carried.raw)},
        {"endpoint", carried.endpoint},
        {"gateway", key_json(carried.gateway)},
        {"tried", tried},
        {"state", int(carried.state)},
        {"refusal", carried.refusal},
        {"block", carried.block ? Json(*carried.block) : Json()},
        {"hash", Json::binary({carried.block_hash.begin(), carried.block_hash.end()})},
        {"verified", carried.verified},
        {"again", carried.again},
        {"sent", int64_t(wall_seconds()) - since.count()}};
    store_.put(kCarriedRecord, carried.transaction.hash, Json::to_cbor(json));
}

/// Those of earlier runs. What the link still has of them goes out again; a verdict that was
/// under way is lost, and their receipts tell.
void Carrier::load()
{
    store_.for_each(kCarriedRecord, [this](auto, std::span<const uint8_t> value) {
        const Json json = Json::from_cbor(value.begin(), value.end(), true, false);
        if (json.is_discarded())
            return;
        Carried carried;
        carried.raw = json.at("raw").get_binary();
        const auto decoded = decode_transaction(carried.raw);
        const auto* transaction = std::get_if<Transaction>(&decoded);
        if (!transaction)
            return;
        carried.transaction = *transaction;
        carried.endpoint = json.at("endpoint");
        carried.gateway = key_of(json.at("gateway"));
        for (const Json& gateway : json.at("tried"))
            carried.tried.push_back(key_of(gateway));
        carried.state = State(std::clamp(json.at("state").get<int>(), 0, int(State::kExpired)));
        carried.refusal = json.at("refusal");
        if (!json.at("block").is_null())
            carried.block = json.at("block").get<uint64_t>();
        if (json.contains("hash"))
            carried.block_hash = key_of(json.at("hash"));
        carried.verified = json.at("verified");
        carried.again = json.value("again", false);
        const int64_t since = int64_t(wall_seconds()) - json.at("sent").get<int64_t>();
        carried.sent = now() - std::chrono::seconds(std::max<int64_t>(since, 0));
        bytes_ += carried.raw.size();
        carried_[transaction->hash] = std::move(carried);
    });
    if (!carried_.empty())
        spdlog::info("ethereum: {} transactions of earlier runs", carried_.size());
}

} // namespace depinsat::bridge::ethereum
