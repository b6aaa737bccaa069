#pragma once

#include "bridge/beacon/asio_surroundings.h"
#include "bridge/beacon/gateway.h"
#include "bridge/beacon/http_api.h"
#include "bridge/protocol.h"

namespace depinsat::bridge::beacon {

/// The beacon nodes of a gateway over HTTP: the first that can be reached, and its events.
class HttpNode : public Node
{
public:
    /// @param io, client  outlive this.
    HttpNode(asio::io_context& io, HttpClient& client, std::vector<config::Upstream> nodes);

    void request(const ApiRequest&,
                 Milliseconds timeout,
                 std::function<void(NodeReply)> done) override;
    void listen(uint64_t topics) override;

    /// Before listen().
    EventStream::OnEvent on_event;

private:
    void ask(const ApiRequest&,
             Milliseconds timeout,
             size_t tries,
             const std::function<void(NodeReply)>& done);
    void connect();
    void connect_later();

    HttpClient& client_;
    std::vector<config::Upstream> nodes_;
    size_t current_ = 0; ///< of nodes_: the last that could be reached
    asio::steady_timer retry_;
    uint64_t topics_ = 0;
    EventStream events_;
    std::unique_ptr<HttpDownload> download_;
};

/// A gateway's way from the link to its beacon nodes.
class Egress
{
public:
    Egress(const BridgeContext&, std::vector<config::Upstream> nodes);
    void start() { gateway_.start(); }

    nlohmann::json status() const;
    std::optional<std::string> ailment() const;

private:
    AsioSurroundings world_;
    HttpNode node_;
    Gateway gateway_;
};

} // namespace depinsat::bridge::beacon
