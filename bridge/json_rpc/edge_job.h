#pragma once

#include "bridge/json_rpc/edge.h"

#include "depinsat/link/store.h"

#include <algorithm>

/// For the files of Edge.
namespace depinsat::bridge::json_rpc {

/// Of the store (kept_messages.h): a keyed call that is on its way over the ordinary
/// connection, as it would go over the link.
inline constexpr link::Record kKeyedRecord{65};

/// A call on its way.
struct Edge::Job {
    const config::JsonRpcBridge& bridge;
    const config::JsonRpcMethod& method;
    std::string text;
    link::Time deadline;
    Done done;
    asio::steady_timer timer;
    bool queued = false;     ///< durably
    bool sent = false;       ///< over the ordinary connection, which broke
    link::PublicKey asked{}; ///< the gateway whose answer it waits for

    std::chrono::milliseconds left() const
    {
        return std::max(std::chrono::milliseconds(0), left_of(deadline));
    }
    std::string question() const { return bridge.service + '\n' + text; }
    link::MessageKey key() const { return call_key(bridge.service, text); }
};

} // namespace depinsat::bridge::json_rpc
