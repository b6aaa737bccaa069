#pragma once

#include "bridge/ethereum/block.h"

#include <array>
#include <optional>
#include <string>

namespace depinsat::bridge::ethereum {

/// What a transfer of nothing but value takes to an account without code, on chains that follow
/// the yellow paper (appendix G).
inline constexpr const char* kTransferGasResult = R"({"result":"0x5208"})";

/// A call of eth_estimateGas for a transfer of nothing but value.
///
/// Once a node has said kTransferGasResult, the next estimate to the same receiver is the same
/// as long as that has no code and the sender can pay. Both ends then remember the calls that
/// tell.
struct PlainTransfer {
    std::string code;    ///< call: of the receiver
    std::string balance; ///< call: of the sender
    std::string nonce;   ///< call: of the sender
    Json request;        ///< the transaction object

    std::array<std::string, 2> companions() const { return {code, balance}; }
};

std::optional<PlainTransfer> plain_transfer_of(const Json& call);

/// Whether the transfer can be made: by these results of its calls, at this head.
bool can_transfer(const PlainTransfer&,
                  const std::string& code,
                  const std::string& balance,
                  const std::string& nonce,
                  const Json& head);

} // namespace depinsat::bridge::ethereum
