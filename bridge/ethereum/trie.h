#pragma once

#include "bridge/ethereum/hex.h"
#include "bridge/ethereum/keccak.h"

#include <optional>
#include <span>
#include <vector>

/// Merkle-Patricia tries of the lists in a block (yellow paper, appendix D): the key of an
/// entry is its index in RLP, its value the encoded transaction or receipt.
namespace depinsat::bridge::ethereum {

/// The nodes from the root to one entry, as far as they are not inside one another.
using TrieProof = std::vector<Bytes>;

struct ProvenRoot {
    Hash root;
    TrieProof proof; ///< of the entry that was asked for
};

/// The trie of a list, and the proof of entry `index`, which must be one of it.
ProvenRoot build_trie(std::span<const Bytes> entries, size_t index);

/// The root of the trie of no entries.
Hash empty_trie_root();

/// The value of entry `index` of the trie with this root; anything may be in the proof.
/// @return nothing if the proof does not prove it.
std::optional<Bytes> check_proof(const Hash& root, size_t index, const TrieProof& proof);

} // namespace depinsat::bridge::ethereum
