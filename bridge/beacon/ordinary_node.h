#pragma once

#include "bridge/beacon/consensus.h"
#include "bridge/beacon/http_api.h"
#include "bridge/protocol.h"
#include "bridge/upstream_choice.h"

namespace depinsat::bridge::beacon {

/// The beacon nodes of a user station's ordinary connection, and the events of the one that
/// serves.
class OrdinaryNode
{
public:
    /// @param reply  nothing if the node gave none.
    /// @param sent   whether it may have the request all the same.
    using Done = std::function<void(std::optional<ApiReply> reply, bool sent)>;

    explicit OrdinaryNode(const BridgeContext&);
    void start();

    /// Before start(): told when serves() changes.
    std::function<void(bool serves)> on_change;
    EventStream::OnEvent on_event; ///< before start()

    /// Whether a node serves and has said how its chain counts time.
    bool serves() const { return nodes_.is_up() && chain_; }

    /// Of the node; only while one serves.
    const Chain& chain() const { return *chain_; }

    /// @param idempotent  whether it may go to the next node if this one breaks.
    void ask(const ApiRequest&, bool idempotent, std::chrono::milliseconds timeout, Done);

    /// Listens to these topics(), by their bits, of whichever node serves; 0: to none.
    void listen(uint64_t topics);

    nlohmann::json status() const { return nodes_.status(); }

private:
    bool is_good(const config::Upstream&, const HttpResult&) const;
    void update();
    void ask_for_chain();
    void connect();
    void connect_later();

    HttpClient& client_;
    UpstreamChoice nodes_;
    std::optional<Chain> chain_;
    bool told_ = false;
    uint64_t topics_ = 0;
    EventStream events_;
    std::unique_ptr<HttpDownload> download_;
    asio::steady_timer ask_again_, retry_;
};

} // namespace depinsat::bridge::beacon
