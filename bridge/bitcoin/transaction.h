#pragma once

#include "bridge/bitcoin/serial.h"

#include <memory>
#include <optional>

namespace depinsat::bridge::bitcoin {

/// Consensus: weight of a block. Policy of nodes: weight of a transaction that they relay.
inline constexpr size_t kMaxBlockWeight = 4'000'000;
inline constexpr size_t kMaxRelayWeight = 400'000;

/// A transaction (BIP144), kept as its bytes.
struct Transaction {
    Bytes bytes; ///< with witnesses
    Hash256 txid, wtxid;
    std::vector<Hash256> parents; ///< txids of what it spends; each once
    uint32_t weight = 0;
    bool has_witness = false;
    bool coinbase = false;

    /// About what it takes in memory.
    size_t footprint() const { return sizeof(*this) + bytes.size() + 32 * parents.size(); }
};
using TransactionPtr = std::shared_ptr<const Transaction>;

/// Takes one transaction of at most kMaxBlockWeight; its scripts are not run.
/// @return nothing, and the reader fails, if there is none.
TransactionPtr read_transaction(Reader&);

/// As read_transaction(), if nothing follows.
TransactionPtr parse_transaction(std::span<const uint8_t>);

/// What a coinbase says about the witnesses of its block (BIP141).
struct WitnessCommitment {
    Hash256 commitment, reserved_value;
};
std::optional<WitnessCommitment> witness_commitment(const Transaction& coinbase);

} // namespace depinsat::bridge::bitcoin
