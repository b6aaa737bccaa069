#pragma once

#include "bridge/beacon/json.h"

#include <chrono>

/// What of the consensus specification the bridge has to know.
namespace depinsat::bridge::beacon {

/// Time of the wall clock since 1970: slots are counted by it.
using UnixTime = std::chrono::nanoseconds;

inline constexpr uint64_t kFarFuture = UINT64_MAX; ///< of a fork that is not planned

struct Checkpoint {
    uint64_t epoch = 0;
    Root root{};
    friend bool operator==(const Checkpoint&, const Checkpoint&) = default;
};

/// AttestationData of phase0: what a validator signs, but for `index` the same for all of a
/// slot.
struct AttestationData {
    uint64_t slot = 0;
    uint64_t index = 0; ///< committee; 0 from Electra on
    Root beacon_block_root{};
    Checkpoint source, target;
    friend bool operator==(const AttestationData&, const AttestationData&) = default;
};

/// As the node prints it.
Json to_json(const AttestationData&);

/// @return nothing unless it has exactly these members, all well formed.
std::optional<AttestationData> attestation_data(const Json&);

/// SSZ, 128 bytes.
inline constexpr size_t kAttestationDataBytes = 128;
void write_ssz(const AttestationData&, Bytes& out);

/// hash_tree_root of simple-serialize.
Root hash_tree_root(const AttestationData&);

/// Root of the node above two: SHA-256 of both.
Root hash_of(const Root& left, const Root& right);

/// A fork of the consensus rules by which something here changes.
struct Forks {
    uint64_t electra_epoch = kFarFuture; ///< attestation_data has index 0
    uint64_t gloas_epoch = kFarFuture;   ///< earlier deadlines
    friend bool operator==(const Forks&, const Forks&) = default;
};

/// How a chain counts time.
struct Chain {
    std::chrono::seconds genesis{}; ///< since 1970
    std::chrono::milliseconds slot_time{12000};
    uint64_t slots_per_epoch = 32;
    uint64_t epochs_per_sync_committee_period = 256;
    Forks forks;
    friend bool operator==(const Chain&, const Chain&) = default;

    uint64_t slot_at(UnixTime) const; ///< 0 before genesis
    UnixTime start_of(uint64_t slot) const;
    uint64_t epoch_of(uint64_t slot) const { return slot / slots_per_epoch; }
};

/// From the answers to GET /eth/v1/beacon/genesis and /eth/v1/config/spec.
/// @return nothing if they make no sense.
std::optional<Chain> read_chain(const Json& genesis, const Json& spec);

/// When in a slot what is due.
struct Deadlines {
    std::chrono::milliseconds attestation{4000}, aggregate{8000};
    friend bool operator==(const Deadlines&, const Deadlines&) = default;
};

/// Before and from Gloas on, as station.toml gives them.
struct DeadlineRules {
    Deadlines before_gloas;
    Deadlines gloas{std::chrono::milliseconds(3000), std::chrono::milliseconds(6000)};

    const Deadlines& at(const Chain& chain, uint64_t slot) const
    {
        return chain.epoch_of(slot) >= chain.forks.gloas_epoch ? gloas : before_gloas;
    }
    friend bool operator==(const DeadlineRules&, const DeadlineRules&) = default;
};

} // namespace depinsat::bridge::beacon
