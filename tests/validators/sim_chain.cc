#include "validators/sim_chain.h"

#include "beacon_bodies.h"

#include <sodium.h>

#include <algorithm>

namespace depinsat::test {
namespace {

using namespace bridge::beacon;

Json captured(const std::string& path, size_t number = 0)
{
    return *parse_json(beacon_exchanges(path).at(number).response);
}

constexpr uint64_t kFirstEpoch = 1; // of simulated traffic: sources lie before it

} // namespace

SimChain::SimChain(const TrafficSettings& settings) : settings_(settings)
{
    chain_ = *read_chain(*parse_json(genesis()), *parse_json(spec()));
}

uint64_t SimChain::random_of(std::string_view what, uint64_t a, uint64_t b) const
{
    const Root root =
        root_of(std::string(what) + std::to_string(b), a * 1'000'003 + settings_.seed);
    uint64_t number = 0;
    for (size_t i = 0; i < 8; ++i)
        number = number << 8 | root[i];
    return number;
}

Root SimChain::root_of(std::string_view what, uint64_t number)
{
    const std::string text = std::string(what) + std::to_string(number);
    Root root;
    crypto_hash_sha256(root.data(), reinterpret_cast<const uint8_t*>(text.data()), text.size());
    return root;
}

bool SimChain::has_block(uint64_t slot) const
{
    return settings_.miss_of == 0 || slot % chain_.slots_per_epoch == 0 ||
           random_of("miss", slot, 0) % settings_.miss_of != 0;
}

uint64_t SimChain::latest_block(uint64_t slot) const
{
    while (slot > 0 && !has_block(slot))
        --slot;
    return slot;
}

Root SimChain::dependent_root(uint64_t epoch) const
{
    return epoch == 0 ? root_of("block", 0)
                      : root_of("block", latest_block(epoch * chain_.slots_per_epoch - 1));
}

Head SimChain::head(uint64_t slot) const
{
    const uint64_t epoch = chain_.epoch_of(slot);
    return {slot,
            root_of("block", slot),
            root_of("state", slot),
            dependent_root(epoch > 0 ? epoch - 1 : 0),
            dependent_root(epoch),
            slot % chain_.slots_per_epoch == 0,
            false};
}

AttestationData SimChain::attestation(uint64_t slot, uint64_t head_slot) const
{
    const uint64_t epoch = chain_.epoch_of(slot), first = epoch * chain_.slots_per_epoch;
    const uint64_t source = epoch > kFirstEpoch ? epoch - 1 : 0;
    return {slot,
            0,
            root_of("block", head_slot),
            {source, source == 0
                         ? Root{}
                         : root_of("block", latest_block(source * chain_.slots_per_epoch))},
            {epoch, root_of("block", std::min(head_slot, latest_block(first)))}};
}

std::string SimChain::pubkey_of(size_t validator) const
{
    const Root a = root_of("key", validator), b = root_of("more of the key", validator);
    Bytes bytes(a.begin(), a.end());
    bytes.insert(bytes.end(), b.begin(), b.begin() + 16);
    return to_hex(bytes);
}

uint64_t SimChain::duty_slot(size_t validator, uint64_t epoch) const
{
    return epoch * chain_.slots_per_epoch +
           random_of("duty", validator, epoch) % chain_.slots_per_epoch;
}

uint64_t SimChain::committee_of(size_t validator, uint64_t epoch) const
{
    return random_of("committee", validator, epoch) % 64;
}

bool SimChain::aggregates(size_t validator, uint64_t epoch) const
{
    return random_of("aggregates", validator, epoch) % settings_.aggregate_of == 0;
}

std::string SimChain::signature(size_t validator, std::string_view what, uint64_t slot) const
{
    Bytes bytes;
    for (uint64_t i = 0; i < 3; ++i) {
        const Root part = root_of(std::string(what) + std::to_string(validator) + "/" +
                                      std::to_string(slot) + "/",
                                  i);
        bytes.insert(bytes.end(), part.begin(), part.end());
    }
    return to_hex(bytes);
}

std::string SimChain::genesis() const
{
    return dump(captured("beacon/genesis"));
}

std::string SimChain::spec() const
{
    Json json = captured("config/spec");
    if (settings_.today)
        json["data"]["ELECTRA_FORK_EPOCH"] = "0";
    if (settings_.gloas)
        json["data"]["GLOAS_FORK_EPOCH"] = "0";
    return dump(json);
}

std::string SimChain::proposer_duties(uint64_t epoch) const
{
    // Proposers of the capture, of whom none is a validator of ours.
    Json json = captured("duties/proposer", epoch % 3);
    uint64_t slot = epoch * chain_.slots_per_epoch;
    for (Json& duty : json["data"]) {
        duty["slot"] = std::to_string(slot++);
        const Root a = root_of("proposer", slot), b = root_of("more of the proposer", slot);
        Bytes key(a.begin(), a.end());
        key.insert(key.end(), b.begin(), b.begin() + 16);
        duty["pubkey"] = to_hex(key);
        duty["validator_index"] = std::to_string(random_of("proposer", slot, 0) % 1'000'000);
    }
    json["dependent_root"] = to_hex(dependent_root(epoch));
    return dump(json);
}

std::string SimChain::attester_duties(uint64_t epoch) const
{
    Json json = captured("duties/attester");
    const Json shape = json["data"][0];
    json["data"] = Json::array();
    for (size_t i = 0; i < settings_.validators; ++i) {
        Json duty = shape;
        duty["pubkey"] = pubkey_of(i);
        duty["validator_index"] = std::to_string(index_of(i));
        duty["committee_index"] = std::to_string(committee_of(i, epoch));
        duty["committee_length"] = "450";
        duty["committees_at_slot"] = "64";
        duty["validator_committee_index"] = std::to_string(random_of("place", i, epoch) % 450);
        duty["slot"] = std::to_string(duty_slot(i, epoch));
        json["data"].push_back(std::move(duty));
    }
    json["dependent_root"] = to_hex(dependent_root(epoch > 0 ? epoch - 1 : 0));
    return dump(json);
}

std::string SimChain::sync_duties() const
{
    Json json = captured("duties/sync");
    json["data"] = Json::array();
    for (size_t i = 0; settings_.sync_duty && i < settings_.validators; ++i)
        json["data"].push_back(
            {{"pubkey", pubkey_of(i)},
             {"validator_index", std::to_string(index_of(i))},
             {"validator_sync_committee_indices", Json::array({std::to_string(7 * i % 512)})}});
    return dump(json);
}

std::string SimChain::validators_reply() const
{
    Json json = captured("states/head/validators");
    const Json shape = json["data"][0];
    json["data"] = Json::array();
    for (size_t i = 0; i < settings_.validators; ++i) {
        Json one = shape;
        one["index"] = std::to_string(index_of(i));
        one["validator"]["pubkey"] = pubkey_of(i);
        json["data"].push_back(std::move(one));
    }
    return dump(json);
}

} // namespace depinsat::test
