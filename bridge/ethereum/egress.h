#pragma once

#include "bridge/counters.h"
#include "bridge/http_client.h"
#include "bridge/link_driver.h"
#include "bridge/messages.h"

#include "config/station.h"

#include <deque>

namespace depinsat::bridge::ethereum {

/// A gateway's way from the link to its Ethereum node. Each request is posted once.
///
/// Bounds   32 requests at the node at once; 1024 that wait, of 16 MiB together; further ones
/// get
///          an error. A request whose client no longer waits is dropped.
class Egress
{
public:
    /// @param link, counters  outlive the egress.
    Egress(asio::io_context&,
           LinkDriver& link,
           const config::Upstream&,
           BridgeCounters& counters);

private:
    struct Job {
        link::PublicKey peer;
        link::Class message_class;
        Request request;
        link::Time deadline;
    };

    void on_request(const link::PublicKey& peer, std::span<const uint8_t>);
    void start_next();
    void start(Job);
    void finish(const Job&, const HttpResult&);
    void answer(const Job&, std::string result);

    asio::io_context& io_;
    LinkDriver& link_;
    config::Upstream upstream_;
    BridgeCounters& counters_;
    std::deque<Job> waiting_; ///< those of the more urgent class first
    size_t waiting_bytes_ = 0;
    size_t active_ = 0;
    uint64_t malformed_ = 0;
};

} // namespace depinsat::bridge::ethereum
