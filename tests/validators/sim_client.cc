#include "validators/sim_client.h"

#include "bridge/beacon/ssz.h"

#include <algorithm>

namespace depinsat::test {
namespace {

using namespace bridge::beacon;

std::string path_of(const SimChain& chain, const char* before, const char* today)
{
    return chain.settings().today ? today : before;
}

} // namespace

SimClient::SimClient(linksim::Events& events,
                     const SimChain& chain,
                     std::chrono::nanoseconds origin,
                     Edge& edge)
    : events_(events), chain_(chain), origin_(origin), edge_(edge)
{}

void SimClient::in(double seconds, std::function<void()> what)
{
    events_.at(events_.now() + linksim::Time(int64_t(std::max(seconds, 0.0) * 1e9)),
               std::move(what));
}

double SimClient::until_slot(uint64_t slot, double into_s) const
{
    return std::chrono::duration<double>(chain_.chain().start_of(slot) - origin_ -
                                         events_.now())
               .count() +
           into_s;
}

void SimClient::request(const ApiRequest& request, Then then)
{
    edge_.handle(request, [this, request, then = std::move(then)](const ApiReply& reply) {
        if (reply.status / 100 != 2) {
            ++errors_;
            last_error_ = request.target.substr(0, 60) + ": " + reply.body.bytes;
            return;
        }
        const auto json = parse_json(reply.body.bytes);
        if (then && json)
            then(*json);
    });
}

void SimClient::get(const std::string& target, Then then)
{
    ApiRequest one;
    one.target = target;
    request(one, std::move(then));
}

void SimClient::post(const std::string& target, const std::string& body, Then then)
{
    ApiRequest one;
    one.post = true;
    one.target = target;
    one.body = {Content::kJson, body};
    request(one, std::move(then));
}

std::string SimClient::indices() const
{
    Json list = Json::array();
    for (size_t i = 0; i < chain_.settings().validators; ++i)
        list.push_back(std::to_string(chain_.index_of(i)));
    return dump(list);
}

void SimClient::start()
{
    const uint64_t slot = chain_.chain().slot_at(origin_ + events_.now());
    std::string ids;
    for (size_t i = 0; i < chain_.settings().validators; ++i)
        ids += (i == 0 ? "?id=" : "&id=") + chain_.pubkey_of(i);
    get("/eth/v1/beacon/genesis", [=, this](const Json&) {
        get("/eth/v1/config/spec", [=, this](const Json&) {
            get("/eth/v1/beacon/states/head/validators" + ids, [=, this](const Json&) {
                begin_epoch(chain_.chain().epoch_of(slot));
                edge_.subscribe(std::vector<std::string>{"head"},
                                [this](std::string_view, const std::string& data) {
                                    on_head(data);
                                    return true;
                                });
            });
        });
    });
    run_slot(slot + 1);
}

/// As the client of the capture at the start of an epoch.
void SimClient::begin_epoch(uint64_t epoch)
{
    Json preparations = Json::array(), subscriptions = Json::array();
    for (size_t i = 0; i < chain_.settings().validators; ++i) {
        const std::string index = std::to_string(chain_.index_of(i));
        preparations.push_back(
            {{"validator_index", index},
             {"fee_recipient", "0x000000000000000000000000000000000000bbbb"}});
        subscriptions.push_back(
            {{"validator_index", index},
             {"committee_index", std::to_string(chain_.committee_of(i, epoch + 1))},
             {"committees_at_slot", "64"},
             {"slot", std::to_string(chain_.duty_slot(i, epoch + 1))},
             {"is_aggregator", chain_.aggregates(i, epoch + 1)}});
    }
    const auto duties = [this](const char* kind, uint64_t of, Then then = {}) {
        post("/eth/v1/validator/duties/" + std::string(kind) + "/" + std::to_string(of),
             indices(), std::move(then));
    };
    post("/eth/v1/validator/prepare_beacon_proposer", dump(preparations));
    duties("sync", epoch, [=](const Json&) { duties("sync", epoch + 256); });
    duties("attester", epoch, [=, this](const Json&) {
        duties("attester", epoch + 1, [this, subscriptions](const Json&) {
            post("/eth/v1/validator/beacon_committee_subscriptions", dump(subscriptions));
        });
    });
}

void SimClient::run_slot(uint64_t slot)
{
    in(until_slot(slot, 0.015), [this, slot] {
        const uint64_t epoch = chain_.chain().epoch_of(slot);
        if (slot % chain_.chain().slots_per_epoch == 0)
            begin_epoch(epoch);
        get("/eth/v1/validator/duties/proposer/" + std::to_string(epoch));
        run_slot(slot + 1);
    });
    const auto seconds = [](std::chrono::duration<double> time) {
        return time.count();
    };
    const auto due = chain_.deadlines_at(slot);
    in(until_slot(slot, seconds(due.attestation)), [this, slot] { attest(slot); });
    in(until_slot(slot, seconds(due.aggregate)), [this, slot] { aggregate(slot); });
}

void SimClient::on_head(const std::string& data)
{
    const auto head = head_event(*parse_json(data));
    const std::string root = to_hex(head->block);
    roots_[head->slot] = root;
    const uint64_t old = head->slot - std::min<uint64_t>(head->slot, 64);
    roots_.erase(roots_.begin(), roots_.lower_bound(old));
    data_.erase(data_.begin(), data_.lower_bound(old));
    attest(head->slot);
    if (!chain_.settings().sync_duty)
        return;
    in(chain_.settings().signing_s,
       [this, slot = head->slot, root] { send_sync_messages(slot, root); });
}

void SimClient::attest(uint64_t slot)
{
    if (!attested_.insert(slot).second)
        return;
    const uint64_t epoch = chain_.chain().epoch_of(slot);
    std::map<uint64_t, std::vector<size_t>> committees;
    for (size_t i = 0; i < chain_.settings().validators; ++i)
        if (chain_.duty_slot(i, epoch) == slot)
            committees[chain_.settings().today ? 0 : chain_.committee_of(i, epoch)].push_back(
                i);
    for (const auto& [committee, validators] : committees)
        get("/eth/v1/validator/attestation_data?slot=" + std::to_string(slot) +
                "&committee_index=" + std::to_string(committee),
            [this, slot, validators = validators](const Json& reply) {
                data_[slot] = reply["data"];
                in(chain_.settings().signing_s, [this, slot, validators, data = reply["data"]] {
                    send_attestations(slot, validators, data);
                });
            });
}

void SimClient::send_attestations(uint64_t slot,
                                  const std::vector<size_t>& validators,
                                  const Json& data)
{
    const TrafficSettings& settings = chain_.settings();
    const uint64_t epoch = chain_.chain().epoch_of(slot);
    Json list = Json::array();
    for (const size_t i : validators) {
        ++attestations_;
        const std::string signature = chain_.signature(i, "attestation", slot);
        if (settings.today) {
            list.push_back({{"committee_index", std::to_string(chain_.committee_of(i, epoch))},
                            {"attester_index", std::to_string(chain_.index_of(i))},
                            {"data", data},
                            {"signature", signature}});
            continue;
        }
        Bytes bits(57);
        bits[i / 8] = uint8_t(1 << i % 8);
        bits.back() |= 4; // the length of the list
        list.push_back(
            {{"aggregation_bits", to_hex(bits)}, {"data", data}, {"signature", signature}});
    }
    ApiRequest one;
    one.post = true;
    one.target =
        path_of(chain_, "/eth/v1/beacon/pool/attestations", "/eth/v2/beacon/pool/attestations");
    one.fork = settings.today ? "electra" : "";
    one.body = {Content::kJson, dump(list)};
    if (settings.today && settings.ssz) {
        const auto ssz = ssz_of_json(SszList::kSingleAttestation, list);
        one.body = {Content::kBinary, {ssz->begin(), ssz->end()}};
    }
    request(one, {});
}

void SimClient::send_sync_messages(uint64_t slot, const std::string& root)
{
    Json list = Json::array();
    for (size_t i = 0; i < chain_.settings().validators; ++i)
        list.push_back({{"slot", std::to_string(slot)},
                        {"beacon_block_root", root},
                        {"validator_index", std::to_string(chain_.index_of(i))},
                        {"signature", chain_.signature(i, "sync", slot)}});
    post("/eth/v1/beacon/pool/sync_committees", dump(list));
}

void SimClient::aggregate(uint64_t slot)
{
    const uint64_t epoch = chain_.chain().epoch_of(slot);
    for (size_t i = 0; i < chain_.settings().validators; ++i) {
        if (chain_.duty_slot(i, epoch) != slot || !chain_.aggregates(i, epoch) ||
            !data_.contains(slot))
            continue;
        AttestationData data = *bridge::beacon::attestation_data(data_[slot]);
        data.index = chain_.settings().today ? 0 : chain_.committee_of(i, epoch);
        get(path_of(chain_, "/eth/v1", "/eth/v2") +
                "/validator/aggregate_attestation?attestation_data_root=" +
                to_hex(hash_tree_root(data)) + "&slot=" + std::to_string(slot) +
                "&committee_index=" + std::to_string(chain_.committee_of(i, epoch)),
            [this, i, slot](const Json& reply) {
                const Json message{{"aggregator_index", std::to_string(chain_.index_of(i))},
                                   {"aggregate", reply["data"]},
                                   {"selection_proof", chain_.signature(i, "selected", slot)}};
                const Json list =
                    Json::array({{{"message", message},
                                  {"signature", chain_.signature(i, "aggregate", slot)}}});
                post(path_of(chain_, "/eth/v1", "/eth/v2") + "/validator/aggregate_and_proofs",
                     dump(list));
            });
    }
    if (chain_.settings().sync_duty && roots_.contains(slot))
        contribute(slot, roots_[slot]);
}

/// One of the validators is the aggregator of a subcommittee in each slot, as in the capture.
void SimClient::contribute(uint64_t slot, const std::string& root)
{
    const size_t i = slot % chain_.settings().validators;
    get("/eth/v1/validator/sync_committee_contribution?slot=" + std::to_string(slot) +
            "&subcommittee_index=" + std::to_string(slot % 4) + "&beacon_block_root=" + root,
        [this, i, slot](const Json& reply) {
            const Json message{{"aggregator_index", std::to_string(chain_.index_of(i))},
                               {"contribution", reply["data"]},
                               {"selection_proof", chain_.signature(i, "selected", slot)}};
            post("/eth/v1/validator/contribution_and_proofs",
                 dump(Json::array(
                     {{{"message", message},
                       {"signature", chain_.signature(i, "contribution", slot)}}})));
        });
}

} // namespace depinsat::test
