#pragma once

#include "bridge/ethereum/hex.h"
#include "bridge/ethereum/keccak.h"

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <variant>

namespace depinsat::bridge::ethereum {

using Address = std::array<uint8_t, 20>;

/// What of a signed transaction a station has to know.
struct Transaction {
    enum class Type : uint8_t {
        kLegacy = 0,
        kAccessList = 1, ///< EIP-2930
        kDynamicFee = 2, ///< EIP-1559
        kSetCode = 4,    ///< EIP-7702
    };

    Type type = Type::kLegacy;
    Hash hash{};
    Address sender{};
    std::optional<Address> to;        ///< none: creates a contract
    std::optional<uint64_t> chain_id; ///< none: of any chain (before EIP-155)
    uint64_t nonce = 0;
    uint64_t gas_limit = 0;

    /// Wei a gas, at most: maxFeePerGas, or gasPrice of the types that have that. What does not
    /// fit is the largest number.
    uint64_t max_fee_per_gas = 0;
    uint64_t max_priority_fee_per_gas = 0;
};

/// Takes a signed transaction apart, recovers its sender (secp256k1), computes its hash.
/// @return why it is none, if it is none. Blob transactions (EIP-4844) are refused, since their
///         blobs are 128 KiB each.
std::variant<Transaction, std::string> decode_transaction(std::span<const uint8_t> raw);

} // namespace depinsat::bridge::ethereum
