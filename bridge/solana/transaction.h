#pragma once

#include "bridge/solana/base58.h"

#include "depinsat/link/link.h"

#include <array>
#include <string>
#include <variant>

namespace depinsat::bridge::solana {

/// What a node takes: the IPv6 minimum MTU less headers.
inline constexpr size_t kMaxTransactionBytes = 1232;

using Signature = std::array<uint8_t, 64>;
using Hash = std::array<uint8_t, 32>;

/// What the bridge needs to know of a signed transaction, legacy or version 0.
struct Transaction {
    Signature signature{}; ///< the first one, by which the transaction is known
    Hash fee_payer{};
    Hash blockhash{};           ///< recent, or the value of a nonce account
    bool durable_nonce = false; ///< its blockhash does not expire
    bool versioned = false;
    size_t signatures = 1;
};

/// Takes a transaction apart and checks every signature (Ed25519).
/// @return what is wrong with it, to be read after "the transaction".
std::variant<Transaction, std::string> decode_transaction(std::span<const uint8_t> raw);

/// The key of its message on the link: BLAKE2b-256 of the signature.
link::MessageKey key_of(const Signature&);

} // namespace depinsat::bridge::solana
