#pragma once

#include "bridge/json_rpc/text.h"
#include "bridge/json_rpc/waiting_clients.h"
#include "bridge/ordinary.h"
#include "bridge/solana/follower.h"

#include <functional>
#include <map>
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
/// Restart  what the link has keeps going out (its journal), and the states are in the store.
/// Silence  of what nobody has said a word for kSilence, or since the start, the status is
///          asked for; until then nothing is told of it.
/// Bounds   kMax transactions; those that have ended make way.
class Carrier
{
public:
    using Done = json_rpc::WaitingClients::Done;

    /// Asks a node; `done` is called once.
    using Ask = std::function<void(
        const config::SolanaBridge&, const char* method, const Json& params, Done done)>;

    static constexpr size_t kMax = 4096;
    static constexpr std::chrono::seconds kSilence{30};

    enum class State { kQueued, kAtGateway, kAccepted, kRefused, kLanded, kFinal, kExpired };

    /// @param ordinary  outlives this.
    Carrier(const BridgeContext&, Ordinary& ordinary, Ask ask);

    /// Takes up what an earlier run had on its way over the ordinary connection, and asks for
    /// what is silent.
    void start();

    /// Asks nodes for the statuses of what is silent, and again by and by.
    void ask_now_and_then();

    /// Takes the params of sendTransaction.
    void send(const config::SolanaBridge&, const Json& params, Done done);

    /// The result of getSignatureStatuses, if every signature is that of a transaction here
    /// and none is silent.
    std::optional<std::string> statuses(const Json& params) const;

    /// The result of depinsat_transactionStatus.
    std::string status_of(const Json& params) const;

    nlohmann::json status() const; ///< how many are in each state

private:
    struct Carried {
        Signature signature{};
        Hash blockhash{};
        bool durable_nonce = false;
        const config::SolanaBridge* bridge = nullptr;
        link::PublicKey gateway{}; ///< zero: it went to none
        State state = State::kQueued;
        std::optional<ReadSending> ordinary; ///< while it is for the ordinary connection
        link::Time until{};                  ///< its lifetime, likewise
        std::shared_ptr<Follower> follower;  ///< null while that connection is down
        std::string refusal;                 ///< result of the node that refused it
        std::optional<Status> landed;
        link::Time sent{};
        std::optional<link::Time> heard; ///< nothing: not since the start
        bool is_asked = false;
        json_rpc::WaitingClients waiting;
    };
    using Mark = News::Mark;

    void wait_for_verdict(Carried&, Done done);
    void on_outcome(const Mark&, link::Outcome);
    void on_news(const link::PublicKey& gateway, std::span<const uint8_t>);
    void take(Carried&, const News&);
    std::string by_satellite(const Mark&, Carried&, const ReadSending&);

    void take_up_ordinary();
    void look_after_ordinary();
    void by_ordinary(const Mark&, Carried&, const ReadSending&);
    void follow(const Mark&, Carried&);
    void ask(const Mark&, const std::string& call, Follower::Answered);
    void on_lost(const Mark&);
    void leave_ordinary(Carried&);

    void take_status(Carried&, const Status&);
    void expire(Carried&);
    void finish(Carried&, const std::string& result);
    bool make_room();

    static bool is_silent(const Carried&);
    void ask_for_silent(const config::SolanaBridge&);
    void ask_for(const config::SolanaBridge&, const std::vector<Mark>&, bool last_look);
    void ask_whether_expired(const Mark&, Carried&);
    void take_answer(const Mark&, const std::optional<Status>&, bool last_look);

    void load();
    void save(const Carried&);
    void erase(const Carried&);
    const Carried* find(const Json& signature) const;

    asio::io_context& io_;
    const config::Station& station_;
    LinkDriver& link_;
    link::Store& store_;
    Ordinary& ordinary_;
    Ask ask_;
    asio::steady_timer ordinary_timer_, silence_timer_;
    std::map<Mark, Carried> carried_;
    uint64_t slot_ = 0; ///< the highest that was told
};

/// Whether nothing more will come of it.
bool has_ended(Carrier::State);

const char* to_string(Carrier::State);

/// As config::JsonRpcBridge::service.
inline constexpr const char* kService = "solana";

} // namespace depinsat::bridge::solana
