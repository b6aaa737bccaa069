// A recorded validator client and the recorded answers of its node, at the two ends of the
// bridge.
#include "validators/recording.h"
#include "validators/run.h"

#include <algorithm>

namespace depinsat::test {
namespace {

using namespace bridge::beacon;
using namespace std::chrono_literals;

/// A request that came so long after a head was told follows it.
constexpr Time kFollowsHead = 1500ms;
/// A request that came so long after the answer before it follows that.
constexpr Time kFollowsAnswer = 2s;
/// The head is looked for so often, and for so long.
constexpr Time kLooksAgain = 10ms, kGivesUp = 8s;
constexpr auto kAnswerTime = 5ms;

/// Answers as the recorded node did.
class RecordedNode : public Node
{
public:
    RecordedNode(Events& events, const Recording& recording)
        : events_(events), recording_(recording)
    {
        for (const Record& record : recording.requests)
            answers_.emplace(record.request.target, record.response);
    }

    void request(const ApiRequest& request,
                 Milliseconds,
                 std::function<void(NodeReply)> done) override
    {
        events_.at(events_.now() + kAnswerTime, [this, request, done = std::move(done)] {
            ++requests[request.target.substr(0, request.target.find('?'))];
            if (request.post)
                take(request);
            done({true, answer(request)});
        });
    }
    void listen(uint64_t) override {}

    void tell_head(uint64_t slot) { heads_[slot] = events_.now(); }

    std::map<std::string, uint64_t> requests;
    std::vector<Arrival> arrivals;

private:
    ApiReply answer(const ApiRequest& request) const
    {
        if (request.target == "/eth/v1/node/syncing")
            return json_reply({{"data",
                                {{"head_slot", "0"},
                                 {"sync_distance", "0"},
                                 {"is_syncing", false},
                                 {"is_optimistic", false},
                                 {"el_offline", false}}}});
        const auto known = answers_.find(request.target);
        return known == answers_.end() ? error_reply(404, "not recorded")
                                       : ApiReply{200, {Content::kJson, known->second}, {}};
    }

    static const char* kind_of(const ApiRequest& request)
    {
        constexpr std::pair<const char*, const char*> kinds[] = {
            {"pool/attestations", "attestation"},
            {"pool/sync_committees", "sync"},
            {"aggregate_and_proofs", "aggregate"},
            {"contribution_and_proofs", "contribution"}};
        for (const auto& [part, kind] : kinds)
            if (posts_to(request, part))
                return kind;
        return nullptr;
    }

    void take(const ApiRequest& request)
    {
        const char* kind = kind_of(request);
        const auto list = parse_json(request.body.bytes);
        if (!kind || !list)
            return;
        const UnixTime now = recording_.begin + events_.now();
        const uint64_t slot = recording_.chain.slot_at(now);
        const double into =
            std::chrono::duration<double>(now - recording_.chain.start_of(slot)).count();
        const auto head = heads_.find(slot);
        const double after =
            head == heads_.end()
                ? into
                : std::chrono::duration<double>(events_.now() - head->second).count();
        for (const Json& one : *list)
            arrivals.push_back(
                {kind, slot, arrivals.size(), into, after, was_posted(request, one)});
    }

    bool was_posted(const ApiRequest& request, const Json& one) const
    {
        return std::ranges::any_of(recording_.requests, [&](const Record& record) {
            const auto list = record.request.target == request.target
                                  ? parse_json(record.request.body.bytes)
                                  : std::nullopt;
            return list && std::ranges::count(*list, one) > 0;
        });
    }

    Events& events_;
    const Recording& recording_;
    std::map<std::string, std::string> answers_; ///< by target; the first one
    std::map<uint64_t, Time> heads_;
};

/// Asks and posts as the recorded client did.
class RecordedClient
{
public:
    RecordedClient(Events& events, const Recording& recording, Edge& edge)
        : events_(events), edge_(edge)
    {
        for (const Record& record : recording.requests)
            connections_[record.connection].push_back(&record);
        heads_ = recording.events;
        edge.subscribe(std::vector<std::string>{"head"},
                       [this](std::string_view, const std::string&) {
                           if (told_ < heads_.size())
                               late_ = std::max(events_.now() - heads_[told_++], Time(0));
                           return true;
                       });
        for (auto& [number, records] : connections_)
            send_at(records.front()->at, records, 0);
    }

    uint64_t errors = 0;
    std::string last_error;

private:
    using Records = std::vector<const Record*>;

    /// @param time  at the earliest.
    void send_at(Time time, const Records& records, size_t index)
    {
        events_.at(std::max(time, events_.now()),
                   [this, &records, index] { send(records, index); });
    }

    void send(const Records& records, size_t index)
    {
        const Record& record = *records[index];
        const Time time = earliest(record);
        if (events_.now() < time)
            return send_at(time, records, index);
        edge_.handle(record.request, [this, &records, index](const ApiReply& reply) {
            if (reply.status / 100 != 2) {
                ++errors;
                last_error = records[index]->request.target.substr(0, 60) + ": " +
                             reply.body.bytes.substr(0, 200);
            }
            if (index + 1 == records.size())
                return;
            const Time gap = records[index + 1]->at - records[index]->at;
            send_at(gap < kFollowsAnswer ? events_.now() : records[index + 1]->at, records,
                    index + 1);
        });
    }

    Time earliest(const Record& record) const
    {
        const auto after = std::ranges::upper_bound(heads_, record.at);
        const bool follows =
            after != heads_.begin() && record.at - *std::prev(after) < kFollowsHead;
        if (!follows)
            return record.at;
        if (told_ >= size_t(after - heads_.begin()))
            return record.at + late_;
        const bool lost = events_.now() >= record.at + kGivesUp;
        return lost ? record.at : events_.now() + kLooksAgain;
    }

    Events& events_;
    Edge& edge_;
    std::map<uint64_t, Records> connections_;
    std::vector<Time> heads_;
    size_t told_ = 0; ///< of them
    Time late_{};     ///< the latest, against the recording
};

void tell_heads(Events& events, const Recording& recording, RecordedNode& node, TwoEnds& ends)
{
    for (const Time at : recording.events) {
        const uint64_t slot = recording.chain.slot_at(recording.begin + at);
        const uint64_t epoch = recording.chain.epoch_of(slot);
        const auto dependent = [&](uint64_t of) {
            const auto found = recording.dependents.find(of);
            return found == recording.dependents.end() ? Root{} : found->second;
        };
        const Head head{slot,
                        recording.heads.at(slot),
                        SimChain::root_of("state", slot),
                        dependent(epoch > 0 ? epoch - 1 : 0),
                        dependent(epoch),
                        slot % recording.chain.slots_per_epoch == 0,
                        false};
        events.at(at, [&node, &ends, head] {
            node.tell_head(head.slot);
            ends.gateway().on_event("head", dump(to_json(head)));
        });
    }
}

} // namespace

RunResult replay(const std::string& file, const CarrierSettings& settings)
{
    const Recording recording = read_recording(file);
    Events events;
    CarrierSettings carrier = settings;
    carrier.origin = recording.begin;
    RecordedNode node(events, recording);
    TwoEnds ends(events, carrier, {}, node, 1);
    tell_heads(events, recording, node, ends);
    std::optional<RecordedClient> client;
    // The stations were there before the client.
    events.at(10s, [&] { client.emplace(events, recording, ends.edge()); });
    const Time end = recording.requests.back().at + 12s;
    while (events.step(end)) {
    }
    RunResult result;
    result.arrivals = node.arrivals;
    for (const Record& record : recording.requests)
        if (posts_to(record.request, "pool/attestations"))
            result.duties += parse_json(record.request.body.bytes)->size();
    result.client_errors = client->errors;
    result.last_error = client->last_error;
    result.seconds = std::chrono::duration<double>(end).count();
    result.down = ends.down();
    result.up = ends.up();
    result.edge = ends.edge().counters();
    result.node_requests = node.requests;
    return result;
}

} // namespace depinsat::test
