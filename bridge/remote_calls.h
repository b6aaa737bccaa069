#pragma once

#include "bridge/counters.h"
#include "bridge/link_driver.h"
#include "bridge/messages.h"

#include <functional>
#include <memory>
#include <string>
#include <unordered_map>

namespace depinsat::bridge {

/// Why a call has no answer.
enum class CallFault {
    kLinkDown,    ///< nothing was sent
    kBusy,        ///< nothing was sent: too many calls wait, or the link's queue is full
    kTooLarge,    ///< nothing was sent
    kNoAnswer,    ///< not in time; whether it was carried out is not known
    kFateUnknown, ///< the link lost its session; likewise
};

/// Calls of one protocol over the link, and their answers. A call is never repeated here.
class RemoteCalls
{
public:
    /// Called once; `fault` is empty if `body` is the answer.
    using Done = std::function<void(std::optional<CallFault> fault, std::string body)>;

    /// @param link, counters  outlive this.
    RemoteCalls(asio::io_context&,
                LinkDriver& link,
                MessageKind request,
                MessageKind answer,
                BridgeCounters& counters);

    /// Calls; `done` comes at the latest after `timeout`, at once if the link is down.
    void call(const link::PublicKey& peer,
              link::Class,
              std::string body,
              std::chrono::milliseconds timeout,
              Done done);

    /// Calls without wanting an answer.
    void notify(const link::PublicKey& peer,
                link::Class,
                std::string body,
                std::chrono::milliseconds timeout);

private:
    struct Waiting {
        link::PublicKey peer;
        std::unique_ptr<asio::steady_timer> timer;
        Done done;
    };

    void on_answer(const link::PublicKey& peer, std::span<const uint8_t>);
    void finish(uint32_t id, std::optional<CallFault>, std::string body);

    asio::io_context& io_;
    LinkDriver& link_;
    MessageKind request_kind_;
    BridgeCounters& counters_;
    std::unordered_map<uint32_t, Waiting> waiting_;
    uint32_t next_id_;
};

} // namespace depinsat::bridge
