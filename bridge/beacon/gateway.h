#pragma once

#include "bridge/beacon/news.h"
#include "bridge/beacon/surroundings.h"
#include "bridge/beacon/wire.h"
#include "bridge/peer_queue.h"

#include <map>
#include <set>

namespace depinsat::bridge::beacon {

/// What a beacon node answered.
struct NodeReply {
    bool reached = true; ///< it got an answer; else whether it had the request is not known
    ApiReply reply;      ///< with the fields of kReplyFields
};

/// The beacon nodes of a gateway.
class Node
{
public:
    virtual ~Node() = default;
    virtual void
    request(const ApiRequest&, Milliseconds timeout, std::function<void(NodeReply)> done) = 0;

    /// Topics that the stream of events is to hold, bits by the numbers of topics().
    virtual void listen(uint64_t topics) = 0;
};

struct GatewayConfig {
    Milliseconds node_timeout{5000};
};

struct GatewayCounters {
    uint64_t requests = 0, submissions = 0, failed_submissions = 0, news = 0, malformed = 0;
};

/// The beacon bridge at a gateway station: between user stations and beacon nodes.
///
/// Pushes    to each user station that said hello within the last three epochs: heads with the
///           attestation data of their slot, at once; in a slot without a block the attestation
///           data of its validators' duties, kTemplateLead before they are due; events that
///           were asked for; the state of the node when it changes. What a duty waits for goes
///           in class duty, other heads in class block.
/// Order     peers in turn; what a duty waits for has places at the node of its own,
/// submissions
///           first, so that no number of slow questions delays it.
/// Bounds    kMaxActive requests at the node at once in either lane, of each station half of
///           them, and kMaxQueued and two of the largest bodies that wait.
class Gateway
{
public:
    static constexpr std::chrono::milliseconds kTemplateLead{1000};
    static constexpr size_t kMaxActive = 32, kMaxQueued = 256;

    /// @param world, node  outlive this.
    Gateway(GatewayConfig, Surroundings& world, Node& node);

    /// Asks the node for its chain, and goes on asking how it is.
    void start();

    void on_message(const link::PublicKey& user, uint8_t kind, std::span<const uint8_t>);
    void on_peer(const link::PublicKey& user, bool up);

    /// An event of the node.
    void on_event(std::string_view topic, const std::string& data);

    const GatewayCounters& counters() const { return counters_; }
    const NodeState& node_state() const { return state_; }
    const std::optional<Chain>& chain() const { return chain_; }

private:
    struct User {
        Known known{};
        NewsEncoder news{};
        UnixTime interested_until{};
        uint64_t topics = 0;
        DeadlineRules deadlines{};
        std::set<uint64_t> duties{}; ///< slots with attestations to be made
        uint64_t sync_until = 0;     ///< epoch; until then every slot has a duty
        uint64_t pushed_slot = 0;    ///< the latest whose attestation data was pushed
    };
    using Done = std::function<void(NodeReply)>;
    struct Job {
        ApiRequest request;
        Milliseconds timeout;
        Done done;
    };
    using Lane = PeerQueue<std::pair<link::PublicKey, Job>>;
    static const Lane::Limits kLimits;
    enum class Need { kSubmission, kDuty, kOther };

    void ask_for_chain();
    void ask_for_state();
    void take_state(const NodeReply&);
    void tell_state(const link::PublicKey&, bool with_chain);
    bool is_interested(const User&) const;
    bool has_duty(const User&, uint64_t slot) const;
    bool waits_for(const User&, uint64_t slot) const;
    void listen();
    void on_hello(const link::PublicKey&, User&, std::span<const uint8_t>);
    void on_request(const link::PublicKey&, User&, std::span<const uint8_t>);
    void answer(const link::PublicKey&, const WireRequest&, NodeReply);
    void on_submission(const link::PublicKey&, User&, std::span<const uint8_t>);
    void post(const link::PublicKey&, uint16_t number, const ApiRequest&, bool again);
    void verdict(const link::PublicKey&, uint16_t number, unsigned status, Body);
    void learn_duties(User&, const Route&, const ApiReply&);
    void on_head(const Head&);
    void fetch_attestation(uint64_t slot,
                           std::function<void(std::optional<AttestationData>)> done);
    void push(const link::PublicKey&, User&, const News&);
    void push_to_all(const News&);
    void arm_slot();
    UnixTime template_time(const DeadlineRules&, uint64_t slot) const;
    void on_attestations_due();
    void remember_variants(User&, AttestationData) const;
    void at_node(const link::PublicKey& peer, Need, Job);
    void ask_own(const ApiRequest&, Need, Done);
    void run_next(Lane&);

    GatewayConfig config_;
    Surroundings& world_;
    Node& node_;
    std::optional<Chain> chain_;
    NodeState state_;
    std::optional<News> latest_;
    std::map<link::PublicKey, User> users_;
    Lane duties_, others_; ///< at the node, or waiting for it
    GatewayCounters counters_;
};

} // namespace depinsat::bridge::beacon
