#pragma once

#include "depinsat/link/link.h"

#include <string_view>

namespace depinsat::bridge::ethereum {

/// Calls that a user station makes for itself: its clients still ask (for nothing that went
/// over the link); all news are to be sent anew; it waits for the receipts of these
/// transactions (raw).
inline constexpr const char* kInterestCall = R"({"method":"depinsat_interest"})";
inline constexpr const char* kResumeCall = R"({"method":"depinsat_resume"})";
inline constexpr const char* kFollowMethod = "depinsat_follow";

/// Transactions go first, whatever else waits.
inline link::Class class_of(std::string_view method)
{
    return method == "eth_sendRawTransaction" ? link::Class::kTransaction
                                              : link::Class::kInteractive;
}

/// The methods that may run twice; whatever else there is may not.
inline bool is_idempotent(std::string_view method)
{
    for (const std::string_view one :
         {"eth_call", "eth_estimateGas", "eth_createAccessList", "eth_chainId",
          "eth_blockNumber", "eth_feeHistory", "eth_gasPrice", "eth_maxPriorityFeePerGas",
          "eth_blobBaseFee", "eth_syncing", "eth_sendRawTransaction"})
        if (method == one)
            return true;
    return method.starts_with("eth_get") || method.starts_with("net_") ||
           method.starts_with("web3_");
}

} // namespace depinsat::bridge::ethereum
