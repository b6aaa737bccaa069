#pragma once

#include "bridge/json_rpc/text.h"
#include "bridge/solana/wire.h"

namespace depinsat::bridge::solana {

using json_rpc::ErrorCode;

/// A node's code for a transaction that its preflight refuses.
inline constexpr int kPreflightFailure = -32002;

struct ReadSending {
    Sending sending;
    Transaction transaction;
};

/// Takes the params of sendTransaction, [text, {options}], apart and checks the transaction.
/// @return why it is not to be sent.
std::variant<ReadSending, std::string> read_sending(const json_rpc::Json& params);

/// The call that hands a transaction to a node.
std::string send_call(const Sending&);

/// Whether a node's error says that the transaction is in a block already.
bool is_processed_already(std::string_view result);

/// The status that a node's answer to getSignatureStatuses tells of one signature.
/// @return nothing if the node knows none.
std::optional<Status> status_in(std::string_view result);

} // namespace depinsat::bridge::solana
