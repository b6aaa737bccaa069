// What the store keeps of transactions.
#include "bridge/carried_record.h"
#include "bridge/ethereum/carrier.h"

#include <spdlog/spdlog.h>

#include <algorithm>

namespace depinsat::bridge::ethereum {

using State = Carrier::State;

void Carrier::save(const Carried& carried)
{
    Json tried = Json::array();
    for (const auto& gateway : carried.tried)
        tried.push_back(bytes_json(gateway));
    const Json json{{"raw", bytes_json(carried.raw)},
                    {"endpoint", carried.endpoint},
                    {"gateway", bytes_json(carried.gateway)},
                    {"tried", tried},
                    {"state", int(carried.state)},
                    {"refusal", carried.refusal},
                    {"block", carried.block ? Json(*carried.block) : Json()},
                    {"hash", bytes_json(carried.block_hash)},
                    {"verified", carried.verified},
                    {"again", carried.again},
                    {"sent", to_wall_seconds(carried.sent)}};
    store_.put(kEthereumCarried, carried.transaction.hash, Json::to_cbor(json));
}

/// Those of earlier runs. What the link still has of them goes out again; a verdict that was
/// under way is lost, and their receipts tell.
void Carrier::load()
{
    store_.for_each(kEthereumCarried, [this](auto, std::span<const uint8_t> value) {
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
        carried.gateway = array_of<link::PublicKey>(json.at("gateway"));
        for (const Json& gateway : json.at("tried"))
            carried.tried.push_back(array_of<link::PublicKey>(gateway));
        carried.state = State(std::clamp(json.at("state").get<int>(), 0, int(State::kExpired)));
        carried.refusal = json.at("refusal");
        if (!json.at("block").is_null())
            carried.block = json.at("block").get<uint64_t>();
        if (json.contains("hash"))
            carried.block_hash = array_of<Hash>(json.at("hash"));
        carried.verified = json.at("verified");
        carried.again = json.value("again", false);
        carried.sent = from_wall_seconds(json.at("sent").get<int64_t>());
        bytes_ += carried.raw.size();
        carried_[transaction->hash] = std::move(carried);
    });
    if (!carried_.empty())
        spdlog::info("ethereum: {} transactions of earlier runs", carried_.size());
}

} // namespace depinsat::bridge::ethereum
