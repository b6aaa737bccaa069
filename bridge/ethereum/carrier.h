#pragma once

#include "bridge/ethereum/gateways.h"
#include "bridge/ethereum/transaction.h"
#include "bridge/json_rpc/waiting_clients.h"

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace depinsat::bridge::ethereum {

/// Transactions that a user station has taken from its clients, until they are final.
///
/// Key       each is a message whose key is its hash: the link delivers it once.
/// Restart   what the link has keeps going out (its journal), and the states are in the store.
/// Verdict   of the gateway's node; the client gets it, or after `verdict_timeout` what
///           `no_verdict` says. A refusal counts when every gateway that is up has refused.
/// Another   gateway gets a transaction that is in no block after `inclusion_s`, or whose
///           gateway went down before it was delivered.
/// Undone    one whose block is no more in the chain is accepted again, and goes to a node once
///           more: who says so must be fresh, and the block no more told by as many as count.
///           While the ordinary connection works it alone decides.
/// Bounds    kMax transactions of kMaxBytes together; those that have ended make way.
class Carrier
{
public:
    using Done = json_rpc::WaitingClients::Done;

    static constexpr size_t kMax = 4096, kMaxBytes = 16u << 20;

    enum class State { kQueued, kAtGateway, kAccepted, kRefused, kIncluded, kFinal, kExpired };
    static bool has_ended(State);

    /// @param gateways  outlive this.
    Carrier(const BridgeContext&, Gateways& gateways);

    /// What a client is told whose transaction is none, or not to be sent; nothing: it is good.
    static std::optional<std::string> refusal_of(const config::EthereumBridge&,
                                                 const std::string& call);

    /// Takes the call of eth_sendRawTransaction.
    void send(const config::EthereumBridge&,
              const link::PublicKey& gateway,
              const std::string& call,
              Done done);

    /// The result of depinsat_transactionStatus.
    std::string status_of(const std::string& call) const;

    /// Looks for what the news of the gateways say of the transactions; once a second at least.
    /// @param ordinary_head  of the ordinary connection; null: that does not work.
    void look(const Json& ordinary_head);

    /// A gateway that may know nothing of what it was given before: raw transactions whose
    /// receipts it is to be asked for again, ...
    std::vector<Bytes> followed_at(const link::PublicKey& gateway);
    /// ... which it does.
    void follow(const link::PublicKey& gateway, std::span<const Bytes> raws);

    bool has_unfinished() const;

    /// Those whose block the ordinary connection is to be asked for, `most` at once and each in
    /// its turn: they are in none yet, or perhaps no more, or by the word of one gateway; and
    /// the receipt of one as it has it; null: it has none.
    std::vector<Hash> open(size_t most);
    void take_ordinary(const Hash&, const Json& receipt);

    /// Blocks of the ordinary connection's chain may have been replaced.
    void doubt();

    /// A transaction that a node is to be handed once more, since its block is gone, or since
    /// its client wants it after a refusal.
    struct Again {
        Hash hash{};
        const config::EthereumBridge* bridge = nullptr;
        std::string call; ///< of eth_sendRawTransaction
    };
    /// `most` of them, each of which must end, with the result of a node or without.
    std::vector<Again> to_be_repeated(size_t most);
    void end_again(const Hash&, const std::optional<std::string>& result);

    nlohmann::json status() const;                        ///< how many are in each state
    uint64_t reorganised() const { return reorganised_; } ///< taken back so far

private:
    struct Carried {
        Transaction transaction;
        Bytes raw;
        size_t endpoint = 0; ///< in station.ethereum
        link::PublicKey gateway{};
        std::vector<link::PublicKey> tried;
        State state = State::kQueued;
        std::string refusal; ///< result of the node that refused it
        std::optional<uint64_t> block;
        Hash block_hash{};
        bool verified = false;  ///< its receipt was proven, in a block that is not one's word
        bool in_doubt = false;  ///< the ordinary connection's chain may have left its block
        bool again = false;     ///< a node is to get it once more, by a call, ...
        bool is_handed = false; ///< ... and is getting it
        link::Time sent{};      ///< to the last of the gateways
        json_rpc::WaitingClients waiting;
    };

    const config::EthereumBridge& bridge_of(const Carried&) const;
    void retry(Carried&, Done done);
    bool queue(Carried&, const link::PublicKey& gateway);
    bool hand_to(Carried&, const link::PublicKey& gateway);
    std::optional<link::PublicKey> untried(const Carried&) const;
    void wait_for_verdict(Carried&, Done done);
    void on_outcome(const Hash&, const link::PublicKey& gateway, link::Outcome);
    void on_verdict(const link::PublicKey& gateway, std::span<const uint8_t>);
    void take_verdict(Carried&, const link::PublicKey& gateway, const std::string& refusal);
    void look_at(Carried&, const Json& ordinary_head);
    void look_for_block(Carried&);
    enum class Standing { kUnknown, kStands, kGone };
    Standing standing_of(const Carried&) const;
    void take_receipt(Carried&, const Json& receipt, bool verified);
    void take_back(Carried&);
    bool try_another(Carried&);
    void set_state(Carried&, State);
    bool make_room(size_t bytes);
    void forget(std::map<Hash, Carried>::iterator);
    void load();
    void save(const Carried&);

    asio::io_context& io_;
    const config::Station& station_;
    LinkDriver& link_;
    link::Store& store_;
    Gateways& gateways_;
    std::map<Hash, Carried> carried_;
    Hash last_open_{}; ///< that open() returned
    size_t bytes_ = 0; ///< of all of them
    uint64_t reorganised_ = 0;
};

const char* to_string(Carrier::State);

/// What eth_sendRawTransaction returns for it.
std::string hash_result(const Hash&);

} // namespace depinsat::bridge::ethereum
