#pragma once

#include "bridge/json_rpc/text.h"
#include "bridge/ordinary.h"
#include "bridge/solana/follower.h"

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
/// Ways     the ordinary connection while it serves: there the station itself follows it, and
///          the store keeps it. When that fails before the end, it goes over the link.
/// Verdict  of a node; the client gets it, or after `verdict_timeout` what
///          `no_verdict` says.
/// Bounds   kMax transactions; those that have ended make way.
class Carrier
{
public:
    using Done = std::function<void(std::string result)>;

    static constexpr size_t kMax = 4096;

    enum class State { kQueued, kAtGateway, kAccepted, kRefused, kLanded, kFinal, kExpired };

    /// @param ordinary  outlives this.
    Carrier(const BridgeContext&, Ordinary& ordinary);

    /// Takes up what an earlier run had on its way over the ordinary connection.
    void start();

    /// Takes the params of sendTransaction.
    void send(const config::SolanaBridge&, const Json& params, Done done);

    /// The result of getSignatureStatuses, if every signature is that of a transaction here.
    std::optional<std::string> statuses(const Json& params) const;

    /// The result of depinsat_transactionStatus.
    std::string status_of(const Json& params) const;

    nlohmann::json status() const; ///< how many are in each state

private:
    struct Carried {
        Signature signature{};
        const config::SolanaBridge* bridge = nullptr;
        link::PublicKey gateway{}; ///< zero: it went to none
        State state = State::kQueued;
        std::optional<ReadSending> ordinary; ///< while it is for the ordinary connection
        link::Time until{};                  ///< its lifetime, likewise
        std::shared_ptr<Follower> follower;  ///< null while that connection is down
        std::string refusal;                 ///< result of the node that refused it
        std::optional<Status> landed;
        std::vector<Done> waiting;
        std::unique_ptr<asio::steady_timer> timer;
    };
    using Mark = News::Mark;

    void wait_for_verdict(const Mark&, Carried&, Done done);
    void on_outcome(const Mark&, link::Outcome);
    void on_news(const link::PublicKey& gateway, std::span<const uint8_t>);
    void take(Carried&, const News&);
    std::string by_satellite(const Mark&, Carried&, const ReadSending&);

    void take_ordinary(const config::SolanaBridge&, const ReadSending&, link::Time until);
    void follow(const Mark&, Carried&);
    void ask(const Mark&, const std::string& call, Follower::Answered);
    void on_lost(const Mark&);
    void leave_ordinary(Carried&);
    void tick();
    void finish(Carried&, const std::string& result);
    bool make_room();
    const Carried* find(const Json& signature) const;

    asio::io_context& io_;
    LinkDriver& link_;
    link::Store& store_;
    Ordinary& ordinary_;
    const std::vector<config::SolanaBridge>& bridges_;
    asio::steady_timer timer_;
    std::map<Mark, Carried> carried_;
    uint64_t slot_ = 0; ///< the highest that was told
};

const char* to_string(Carrier::State);

/// As config::JsonRpcBridge::service.
inline constexpr const char* kService = "solana";

} // namespace depinsat::bridge::solana
