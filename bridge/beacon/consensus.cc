#include "bridge/beacon/consensus.h"

#include <sodium.h>

#include <algorithm>
#include <array>

namespace depinsat::bridge::beacon {
namespace {

using Leaf = Root;

Leaf leaf(uint64_t number)
{
    Leaf out{};
    for (size_t i = 0; i < 8; ++i)
        out[i] = uint8_t(number >> 8 * i);
    return out;
}

void put(uint64_t number, Bytes& out)
{
    for (unsigned i = 0; i < 8; ++i)
        out.push_back(uint8_t(number >> 8 * i));
}

Json to_json(const Checkpoint& checkpoint)
{
    return {{"epoch", std::to_string(checkpoint.epoch)}, {"root", to_hex(checkpoint.root)}};
}

std::optional<Checkpoint> checkpoint_at(const Json& json, const char* key)
{
    const Json* object = object_at(json, key);
    if (!object || object->size() != 2)
        return {};
    const auto epoch = decimal_at(*object, "epoch");
    const auto root = root_at(*object, "root");
    if (!epoch || !root)
        return {};
    return Checkpoint{*epoch, *root};
}

Root hash_tree_root(const Checkpoint& checkpoint)
{
    return hash_of(leaf(checkpoint.epoch), checkpoint.root);
}

uint64_t fork_epoch(const Json& spec, const char* key)
{
    return decimal_at(spec, key).value_or(kFarFuture);
}

} // namespace

Json to_json(const AttestationData& data)
{
    return {{"slot", std::to_string(data.slot)},
            {"index", std::to_string(data.index)},
            {"beacon_block_root", to_hex(data.beacon_block_root)},
            {"source", to_json(data.source)},
            {"target", to_json(data.target)}};
}

std::optional<AttestationData> attestation_data(const Json& json)
{
    const auto slot = decimal_at(json, "slot"), index = decimal_at(json, "index");
    const auto root = root_at(json, "beacon_block_root");
    const auto source = checkpoint_at(json, "source"), target = checkpoint_at(json, "target");
    if (!slot || !index || !root || !source || !target || json.size() != 5)
        return {};
    return AttestationData{*slot, *index, *root, *source, *target};
}

void write_ssz(const AttestationData& data, Bytes& out)
{
    put(data.slot, out);
    put(data.index, out);
    out.insert(out.end(), data.beacon_block_root.begin(), data.beacon_block_root.end());
    for (const Checkpoint* checkpoint : {&data.source, &data.target}) {
        put(checkpoint->epoch, out);
        out.insert(out.end(), checkpoint->root.begin(), checkpoint->root.end());
    }
}

Root hash_of(const Root& left, const Root& right)
{
    std::array<uint8_t, 64> both;
    std::ranges::copy(right, std::ranges::copy(left, both.begin()).out);
    Root out;
    crypto_hash_sha256(out.data(), both.data(), both.size());
    return out;
}

Root hash_tree_root(const AttestationData& data)
{
    const Root zeros{}; // three leaves fill up the tree of eight
    const Root left = hash_of(hash_of(leaf(data.slot), leaf(data.index)),
                              hash_of(data.beacon_block_root, hash_tree_root(data.source)));
    return hash_of(left,
                   hash_of(hash_of(hash_tree_root(data.target), zeros), hash_of(zeros, zeros)));
}

uint64_t Chain::slot_at(UnixTime time) const
{
    return time <= genesis ? 0 : uint64_t((time - genesis) / slot_time);
}

UnixTime Chain::start_of(uint64_t slot) const
{
    const auto most = uint64_t((UnixTime::max() - genesis) / slot_time);
    return genesis + slot_time * int64_t(std::min(slot, most));
}

std::optional<Chain> read_chain(const Json& genesis, const Json& spec)
{
    const Json* genesis_data = object_at(genesis, "data");
    const Json* values = object_at(spec, "data");
    if (!genesis_data || !values)
        return {};
    const auto time = decimal_at(*genesis_data, "genesis_time");
    const auto seconds = decimal_at(*values, "SECONDS_PER_SLOT");
    const auto slot_ms = decimal_at(*values, "SLOT_DURATION_MS");
    const auto per_epoch = decimal_at(*values, "SLOTS_PER_EPOCH");
    const uint64_t slot = slot_ms.value_or(seconds.value_or(0) * 1000);
    if (!time || *time > 1ull << 32 || slot < 100 || slot > 600'000 || !per_epoch ||
        *per_epoch == 0 || *per_epoch > 1024)
        return {};
    const uint64_t period =
        decimal_at(*values, "EPOCHS_PER_SYNC_COMMITTEE_PERIOD").value_or(256);
    return Chain{
        std::chrono::seconds(*time),
        std::chrono::milliseconds(slot),
        *per_epoch,
        std::max<uint64_t>(period, 1),
        {fork_epoch(*values, "ELECTRA_FORK_EPOCH"), fork_epoch(*values, "GLOAS_FORK_EPOCH")}};
}

} // namespace depinsat::bridge::beacon
