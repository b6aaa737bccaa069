#pragma once

#include "bridge/beacon/api.h"
#include "bridge/beacon/consensus.h"
#include "bridge/beacon/news.h"

#include <set>
#include <string>
#include <vector>

namespace depinsat::test {

/// What the simulated chain and its validators are like.
struct TrafficSettings {
    size_t validators = 8;
    bool sync_duty = true;     ///< every validator in the sync committee, as in the capture
    unsigned aggregate_of = 1; ///< one of so many duties aggregates; mainnet: about 28
    double block_at_s = 0.3;   ///< into the slot, when a block becomes the head
    unsigned miss_of = 0;      ///< one of so many slots has no block; 0: none
    bool today = false;        ///< Electra, v2 endpoints; else those of the capture
    bool gloas = false;        ///< its fork has come
    /// When in a slot what is due; those from Gloas on count if its fork has come.
    bridge::beacon::DeadlineRules deadlines{};
    bool ssz = false; ///< attestations as SSZ
    double signing_s = 0.05;
    uint64_t seed = 1;
};

/// A chain whose roots are hashes of their slots, and the duties of its validators.
class SimChain
{
public:
    explicit SimChain(const TrafficSettings&);

    const bridge::beacon::Chain& chain() const { return chain_; }
    const TrafficSettings& settings() const { return settings_; }

    const bridge::beacon::DeadlineRules& deadlines() const { return settings_.deadlines; }
    bridge::beacon::Deadlines deadlines_at(uint64_t slot) const
    {
        return settings_.deadlines.at(chain_, slot);
    }

    bool has_block(uint64_t slot) const;
    bridge::beacon::Head head(uint64_t slot) const; ///< of a slot with a block

    /// The latest slot at or before this one that has a block.
    uint64_t latest_block(uint64_t slot) const;

    /// What is attested in `slot` when the head is the block of `head_slot`.
    bridge::beacon::AttestationData attestation(uint64_t slot, uint64_t head_slot) const;

    uint64_t index_of(size_t validator) const { return 1000 + validator; }
    std::string pubkey_of(size_t validator) const;
    uint64_t duty_slot(size_t validator, uint64_t epoch) const;
    uint64_t committee_of(size_t validator, uint64_t epoch) const;
    bool aggregates(size_t validator, uint64_t epoch) const;

    /// Any 96 bytes that depend on what is signed.
    std::string signature(size_t validator, std::string_view what, uint64_t slot) const;

    /// Bodies of the beacon node, those of the capture where it has them.
    std::string genesis() const;
    std::string spec() const;
    std::string proposer_duties(uint64_t epoch) const;
    std::string attester_duties(uint64_t epoch) const;
    std::string sync_duties() const;
    std::string validators_reply() const;

    static bridge::beacon::Root root_of(std::string_view what, uint64_t number);

private:
    uint64_t random_of(std::string_view what, uint64_t a, uint64_t b) const;
    bridge::beacon::Root dependent_root(uint64_t epoch) const;

    TrafficSettings settings_;
    bridge::beacon::Chain chain_;
};

} // namespace depinsat::test
