#pragma once

#include "bridge/ethereum/block.h"
#include "bridge/ethereum/json_rpc.h"
#include "bridge/http_server.h"

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>

namespace depinsat::bridge::ethereum {

/// eth_subscribe over the WebSockets of one endpoint: newHeads and logs.
///
/// Heads   each once, in the order of the chain; up to kMaxGap that were skipped are fetched.
/// Logs    of each head whose bloom may hold them; when a head takes another's place those of
///         that are told again, as removed.
/// Bounds  kMax subscriptions a client; who does not read is cut off; kMaxKeptBytes of logs
/// that
///         may have to be removed again, later ones are not.
class Subscriptions : public std::enable_shared_from_this<Subscriptions>
{
public:
    static constexpr size_t kMax = 64, kMaxGap = 16, kMaxKeptBytes = 16u << 20;

    /// Carries out a call of the station's own.
    using Ask =
        std::function<void(const std::string& call, std::function<void(std::string result)>)>;

    explicit Subscriptions(Ask ask) : ask_(std::move(ask)) {}

    bool is_wanted() const { return !clients_.empty(); }
    void on_head(const Json& head);

    /// The result of eth_subscribe or eth_unsubscribe.
    std::string subscribe(const std::shared_ptr<WebSocket>&, const std::string& call);
    std::string unsubscribe(const std::shared_ptr<WebSocket>&, const std::string& call);
    void forget(const std::shared_ptr<WebSocket>&);

private:
    struct Logs {
        Json filter; ///< {"address", "topics"}
        std::deque<std::pair<Json, size_t>>
            of; ///< of the latest blocks that had any, and bytes
    };
    struct Subscription {
        std::optional<Logs> logs; ///< none: of heads
    };
    using Client = std::map<std::string, Subscription>;

    void fetch_gap(const Json& head);
    void tell(const Json& head);
    void tell_logs(const std::string& id, const Json& logs, bool removed);
    void take_logs(const std::string& id, const std::string& result);
    size_t kept_bytes() const;
    void remove_logs(Logs&, const std::string& id, const Json& head);
    static void notify(WebSocket&, const std::string& id, const Json& result);

    Ask ask_;
    std::map<std::shared_ptr<WebSocket>, Client> clients_;
    Json told_;                ///< head
    std::deque<Json> waiting_; ///< heads behind one that is being fetched
    bool fetching_ = false;
};

/// Whether a block with this bloom may have logs of the filter (yellow paper, 4.3.1).
bool may_hold(const Json& bloom, const Json& filter);

} // namespace depinsat::bridge::ethereum
