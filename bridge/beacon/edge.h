#pragma once

#include "bridge/beacon/calls.h"
#include "bridge/beacon/reply_cache.h"
#include "bridge/beacon/submissions.h"
#include "bridge/beacon/subscribers.h"
#include "bridge/beacon/template_rules.h"

#include <set>

namespace depinsat::bridge::beacon {

struct EdgeConfig {
    std::vector<GatewayName> gateways; ///< at least one, the preferred one first
    size_t agreement = 1;              ///< so many operators must say the same of heads
    Milliseconds timeout{10000};       ///< of an answer
    DeadlineRules deadlines{};
    uint32_t first_id = 0; ///< random, so that answers to an earlier run meet nobody
};

struct EdgeCounters {
    uint64_t requests = 0; ///< of clients
    uint64_t local = 0;    ///< of these, answered without the link
    uint64_t refused_templates = 0;
    uint64_t heads = 0;
};

/// The beacon bridge at a user station: what its validator clients take for a beacon node.
///
/// Local     what ReplyCache keeps; attestation data and events as the gateways push them;
///           health and syncing.
/// Carried   all else below /eth/.
/// Safety    attestation data is handed out by TemplateRules only; aggregates are of the data
///           that was asked for. What fewer than `agreement` gateways say is not handed out;
///           what is handed out is marked with how many said so (Depinsat-Agreement).
class Edge
{
public:
    /// @param world  outlives this.
    Edge(EdgeConfig, Surroundings& world);

    /// @param respond  called once, at the latest after the configured time-out.
    void handle(const ApiRequest&, Respond respond);

    /// GET /eth/v1/events.
    /// @return nothing if all topics are carried, else what is wrong.
    std::optional<std::string> check_topics(std::span<const std::string>) const;
    uint64_t subscribe(std::span<const std::string> topics, Subscribers::Sink);
    void unsubscribe(uint64_t id) { subscribers_.remove(id); }

    /// While the ordinary connection serves the clients, gateways are not asked to push, and
    /// what they push is not passed on. When that ends, what they said before counts no more.
    void stand_by(bool);

    /// A client was served by the ordinary connection.
    void touch_client() { last_client_ = world_.now(); }

    /// Judges a reply of the ordinary connection as those of gateways are judged.
    /// @return why it is not passed on; nothing: it may be.
    std::optional<std::string>
    fault_of(const ApiRequest&, const Route&, const ApiReply&, const Chain&);

    /// Passes on an event of the ordinary connection.
    void on_ordinary_event(std::string_view topic, const std::string& data);

    /// The topics that clients listen to.
    uint64_t topics_wanted() const { return subscribers_.mask(); }

    void on_message(const link::PublicKey& gateway, uint8_t kind, std::span<const uint8_t>);
    void on_peer(const link::PublicKey& gateway, bool up);

    const EdgeCounters& counters() const { return counters_; }
    const Gateways& gateways() const { return gateways_; }
    const Submissions& submissions() const { return submissions_; }

private:
    struct Waiting {
        uint64_t slot, committee;
        UnixTime deadline;
        Respond respond;
        std::string fault{}; ///< of the latest data for it
    };

    void touch();
    void greet(FarGateway&);
    void local(const Respond&, ApiReply);
    void carry(const ApiRequest&, const Route&, Respond);
    void carry_cacheable(const ApiRequest&, const Route&, Respond);
    void health(const Respond&);
    void syncing(const Respond&);
    void tell_head(const Root& block, const std::string& data);
    void head_root(const ApiRequest&, const Respond&);
    void attestation_data(const ApiRequest&, Respond);
    bool hand_out(Waiting&);
    void wish(uint64_t slot);
    void retry_waiting();
    void give_up(uint64_t id);
    void on_news(FarGateway&, std::span<const uint8_t>);
    void on_event(FarGateway&, std::span<const uint8_t>);
    void mark(ApiReply&, size_t votes) const;
    Milliseconds timeout_of(const Route&) const;

    EdgeConfig config_;
    Surroundings& world_;
    Gateways gateways_;
    Calls calls_;
    Submissions submissions_;
    ReplyCache cache_;
    TemplateRules rules_;
    Subscribers subscribers_;
    std::map<uint64_t, Waiting> waiting_;
    uint64_t next_waiting_ = 0;
    std::set<uint64_t> wished_; ///< slots, the latest few
    std::map<std::string, std::vector<Respond>> in_flight_;
    std::optional<UnixTime> last_client_;
    bool standing_by_ = false;
    std::optional<Root> told_head_; ///< to subscribers
    EdgeCounters counters_;
};

} // namespace depinsat::bridge::beacon
