#pragma once

#include "bridge/asio.h"

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace depinsat::bridge::json_rpc {

/// Clients that wait for what a node says of one transaction.
///
/// Bounds   kMax; further ones are told so at once.
/// Clock    starts with the first that waits, and is of all of them.
class WaitingClients
{
public:
    using Done = std::function<void(std::string result)>;

    static constexpr size_t kMax = 16;

    /// @param late  what they get after `timeout`; empty: an error that says that the
    ///              transaction is queued.
    void
    add(asio::io_context&, std::chrono::milliseconds timeout, const std::string& late, Done);

    /// Tells all of them.
    void finish(const std::string& result);

private:
    struct Waiting {
        asio::steady_timer timer;
        std::vector<Done> clients;
    };
    std::shared_ptr<Waiting> waiting_;
};

} // namespace depinsat::bridge::json_rpc
