#pragma once

#include "bridge/json_rpc/text.h"
#include "bridge/protocol.h"
#include "bridge/solana/wire.h"

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace depinsat::bridge::solana {

using Json = json_rpc::Json;

/// Transactions that a user station has taken from its clients, until they are final or their
/// blockhash has expired.
///
/// Key      each is a message whose key is the hash of its signature: the link delivers it
/// once,
///          and a node executes it once.
/// Verdict  of the gateway's node; the client gets it, or after `verdict_timeout` what
///          `no_verdict` says.
/// Bounds   kMax transactions; those that have ended make way.
class Carrier
{
public:
    using Done = std::function<void(std::string result)>;

    static constexpr size_t kMax = 4096;

    enum class State { kQueued, kAtGateway, kAccepted, kRefused, kLanded, kFinal, kExpired };

    explicit Carrier(const BridgeContext&);

    /// Takes the params of sendTransaction.
    void send(const config::SolanaBridge&,
              const link::PublicKey& gateway,
              const Json& params,
              Done done);

    /// The result of getSignatureStatuses, if every signature is that of a transaction here.
    std::optional<std::string> statuses(const Json& params) const;

    /// The result of depinsat_transactionStatus.
    std::string status_of(const Json& params) const;

    nlohmann::json status() const; ///< how many are in each state

private:
    struct Carried {
        Signature signature{};
        const config::SolanaBridge* bridge = nullptr;
        link::PublicKey gateway{};
        State state = State::kQueued;
        std::string refusal; ///< result of the node that refused it
        std::optional<Status> landed;
        std::vector<Done> waiting;
        std::unique_ptr<asio::steady_timer> timer;
    };
    using Mark = News::Mark;

    void wait_for_verdict(const Mark&, Carried&, Done done);
    void on_outcome(const Mark&, link::Outcome);
    void on_news(const link::PublicKey& gateway, std::span<const uint8_t>);
    void finish(Carried&, const std::string& result);
    bool make_room();
    const Carried* find(const Json& signature) const;

    asio::io_context& io_;
    LinkDriver& link_;
    std::map<Mark, Carried> carried_;
    uint64_t slot_ = 0; ///< the highest that was told
};

const char* to_string(Carrier::State);

} // namespace depinsat::bridge::solana
