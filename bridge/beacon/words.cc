#include "bridge/beacon/words.h"

#include <algorithm>
#include <map>

namespace depinsat::bridge::beacon {
namespace {

constexpr auto kWords = std::to_array<std::string_view>({
    "data",
    "slot",
    "index",
    "beacon_block_root",
    "source",
    "target",
    "epoch",
    "root",
    "aggregation_bits",
    "committee_bits",
    "signature",
    "committee_index",
    "attester_index",
    "validator_index",
    "message",
    "aggregator_index",
    "aggregate",
    "selection_proof",
    "contribution",
    "subcommittee_index",
    "pubkey",
    "committee_length",
    "committees_at_slot",
    "validator_committee_index",
    "validator_sync_committee_indices",
    "dependent_root",
    "execution_optimistic",
    "finalized",
    "is_aggregator",
    "sync_committee_indices",
    "until_epoch",
    "fee_recipient",
    "gas_limit",
    "timestamp",
    "version",
    "proposer_index",
    "parent_root",
    "state_root",
    "body",
    "randao_reveal",
    "eth1_data",
    "deposit_root",
    "deposit_count",
    "block_hash",
    "graffiti",
    "proposer_slashings",
    "attester_slashings",
    "attestations",
    "deposits",
    "voluntary_exits",
    "sync_aggregate",
    "sync_committee_bits",
    "sync_committee_signature",
    "execution_payload",
    "execution_payload_header",
    "bls_to_execution_changes",
    "blob_kzg_commitments",
    "execution_requests",
    "parent_hash",
    "receipts_root",
    "logs_bloom",
    "prev_randao",
    "block_number",
    "gas_used",
    "extra_data",
    "base_fee_per_gas",
    "transactions",
    "withdrawals",
    "blob_gas_used",
    "excess_blob_gas",
    "transactions_root",
    "withdrawals_root",
    "address",
    "amount",
    "block",
    "kzg_proofs",
    "blobs",
    "signed_block",
    "execution_payload_blinded",
    "execution_payload_value",
    "consensus_block_value",
    "balance",
    "status",
    "validator",
    "withdrawal_credentials",
    "effective_balance",
    "slashed",
    "activation_eligibility_epoch",
    "activation_epoch",
    "exit_epoch",
    "withdrawable_epoch",
    "active_ongoing",
    "active_exiting",
    "pending_queued",
    "pending_initialized",
    "withdrawal_done",
    "withdrawal_possible",
    "exited_unslashed",
    "genesis_time",
    "genesis_validators_root",
    "genesis_fork_version",
    "previous_version",
    "current_version",
    "is_live",
    "ids",
    "statuses",
    "id",
    "code",
    "failures",
    "stacktraces",
    "head_slot",
    "sync_distance",
    "is_syncing",
    "is_optimistic",
    "el_offline",
    "state",
    "epoch_transition",
    "previous_duty_dependent_root",
    "current_duty_dependent_root",
    "old_head_block",
    "new_head_block",
    "old_head_state",
    "new_head_state",
    "depth",
    "phase0",
    "altair",
    "bellatrix",
    "capella",
    "deneb",
    "electra",
    "fulu",
    "gloas",
    "deposits_receipt_root",
    "consolidations",
    "header",
    "canonical",
    "chain_id",
    "block_value",
    "target_pubkey",
    "source_pubkey",
    "source_address",
});

constexpr auto kShapes = std::to_array<Shape>({
    {{"committee_index", "attester_index", "data", "signature"}},
    {{"aggregation_bits", "data", "signature"}},
    {{"slot", "beacon_block_root", "validator_index", "signature"}},
    {{"message", "signature"}},
    {{"aggregator_index", "aggregate", "selection_proof"}},
    {{"aggregator_index", "contribution", "selection_proof"}},
    {{"aggregation_bits", "data", "signature", "committee_bits"}},
    {{"slot", "beacon_block_root", "subcommittee_index", "aggregation_bits", "signature"}},
    {{"slot", "index", "beacon_block_root", "source", "target"}},
    {{"epoch", "root"}},
    {{"pubkey", "validator_index", "slot"}},
    {{"slot", "validator_index", "pubkey"}},
    {{"pubkey", "validator_index", "committee_index", "committee_length", "committees_at_slot",
      "validator_committee_index", "slot"}},
    {{"pubkey", "validator_index", "validator_sync_committee_indices"}},
    {{"execution_optimistic", "data", "dependent_root"}},
    {{"dependent_root", "execution_optimistic", "data"}},
    {{"data"}},
    {{"version", "data"}},
    {{"validator_index", "fee_recipient"}},
    {{"fee_recipient", "gas_limit", "timestamp", "pubkey"}},
    {{"validator_index", "committee_index", "committees_at_slot", "slot", "is_aggregator"}},
    {{"validator_index", "sync_committee_indices", "until_epoch"}},
    {{"index", "balance", "status", "validator"}},
    {{"pubkey", "withdrawal_credentials", "effective_balance", "slashed",
      "activation_eligibility_epoch", "activation_epoch", "exit_epoch", "withdrawable_epoch"}},
    {{"execution_optimistic", "finalized", "data"}},
    {{"index", "is_live"}},
    {{"slot", "proposer_index", "parent_root", "state_root", "body"}},
});

static_assert(kWords.size() < 255 && kShapes.size() <= 128);

} // namespace

std::span<const std::string_view> words()
{
    return kWords;
}

std::optional<uint8_t> word_number(std::string_view word)
{
    static const auto numbers = [] {
        std::map<std::string_view, uint8_t> all;
        for (size_t i = 0; i < kWords.size(); ++i)
            all.emplace(kWords[i], uint8_t(i));
        return all;
    }();
    const auto found = numbers.find(word);
    return found == numbers.end() ? std::nullopt : std::optional(found->second);
}

size_t Shape::count() const
{
    return size_t(std::ranges::find(keys, std::string_view()) - keys.begin());
}

std::span<const Shape> shapes()
{
    return kShapes;
}

} // namespace depinsat::bridge::beacon
