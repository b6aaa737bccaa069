#pragma once

#include "bridge/bitcoin/transaction.h"

namespace depinsat::bridge::bitcoin {

inline constexpr size_t kHeaderBytes = 80;

struct BlockHeader {
    uint32_t version = 0;
    Hash256 previous{}, merkle_root{};
    uint32_t time = 0; ///< Unix time in s
    uint32_t bits = 0; ///< target, in the compact form
    uint32_t nonce = 0;

    bool operator==(const BlockHeader&) const = default;
};

BlockHeader read_header(Reader&);
void write(const BlockHeader&, Writer&);
Hash256 hash_of(const BlockHeader&);

struct Block {
    BlockHeader header;
    std::vector<TransactionPtr> transactions; ///< none is null
};
using BlockPtr = std::shared_ptr<const Block>;

/// Of the fewest bytes that a transaction has.
inline constexpr size_t kLeastTransaction = 60;
inline constexpr size_t kMaxBlockTransactions = kMaxBlockWeight / (4 * kLeastTransaction);

/// A block with its witnesses, of at most kMaxBlockWeight.
/// @return nothing if there is none, or if something follows.
BlockPtr parse_block(std::span<const uint8_t>);
Bytes serialize(const Block&);

/// What is wrong with the body of a block.
enum class BlockFault {
    kNone,
    kCoinbase,   ///< not the first, or not the only one
    kMerkleRoot, ///< the header is of other transactions, or they are listed ambiguously
    kWitness,    ///< the coinbase is of other witnesses (BIP141)
    kWeight,
};

/// Whether these are the transactions that the header stands for, witnesses included.
BlockFault check_body(const Block&);

/// @param ambiguous  set if a list with entries repeated has the same root (CVE-2012-2459).
Hash256 merkle_root(std::vector<Hash256> leaves, bool& ambiguous);

} // namespace depinsat::bridge::bitcoin
