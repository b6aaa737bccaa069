#include "validators/sim_node.h"

#include "bridge/beacon/ssz.h"

#include <algorithm>

namespace depinsat::test {
namespace {

using namespace bridge::beacon;
using namespace std::chrono_literals;

constexpr auto kAnswerTime = 5ms;

std::span<const uint8_t> bytes_of(const std::string& text)
{
    return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}

uint64_t number_in(const std::string& target, const char* name)
{
    return from_decimal(query_value(target, name).value_or("0")).value_or(0);
}

uint64_t last_number(const std::string& path)
{
    return from_decimal(path.substr(path.rfind('/') + 1)).value_or(0);
}

} // namespace

SimNode::SimNode(linksim::Events& events,
                 const SimChain& chain,
                 std::chrono::nanoseconds origin,
                 OnEvent on_event)
    : events_(events), chain_(chain), origin_(origin), on_event_(std::move(on_event))
{
    head_slot_ = chain_.latest_block(chain_.chain().slot_at(origin));
    run_slot(chain_.chain().slot_at(origin) + 1);
}

double SimNode::now_s() const
{
    return std::chrono::duration<double>(events_.now()).count();
}

void SimNode::run_slot(uint64_t slot)
{
    const auto start = chain_.chain().start_of(slot) - origin_;
    const auto arrives = std::chrono::nanoseconds(int64_t(chain_.settings().block_at_s * 1e9));
    events_.at(start + arrives, [this, slot] {
        if (chain_.has_block(slot)) {
            head_slot_ = slot;
            head_at_s_[slot] = now_s();
            if (head_at_s_.size() > 64)
                head_at_s_.erase(head_at_s_.begin());
            on_event_("head", dump(to_json(chain_.head(slot))));
        }
        run_slot(slot + 1);
    });
}

void SimNode::request(const ApiRequest& request,
                      Milliseconds,
                      std::function<void(NodeReply)> done)
{
    events_.at(events_.now() + kAnswerTime, [this, request, done = std::move(done)] {
        ++requests_[request.target.substr(0, request.target.find('?'))];
        done({true, answer(request)});
    });
}

ApiReply SimNode::answer(const ApiRequest& request)
{
    const std::string& target = request.target;
    if (!request.post)
        return get(target);
    if (target.find("/duties/attester/") != target.npos)
        return {200, {Content::kJson, chain_.attester_duties(last_number(target))}, {}};
    if (target.find("/duties/sync/") != target.npos)
        return {200, {Content::kJson, chain_.sync_duties()}, {}};
    take(request);
    return {200, {Content::kJson, "{}"}, {}};
}

ApiReply SimNode::get(const std::string& target)
{
    const std::string path = target.substr(0, target.find('?'));
    const auto json = [](std::string body) {
        return ApiReply{200, {Content::kJson, std::move(body)}, {}};
    };
    if (path == "/eth/v1/beacon/genesis")
        return json(chain_.genesis());
    if (path == "/eth/v1/config/spec")
        return json(chain_.spec());
    if (path == "/eth/v1/node/syncing")
        return json_reply({{"data",
                            {{"head_slot", std::to_string(head_slot_)},
                             {"sync_distance", "0"},
                             {"is_syncing", false},
                             {"is_optimistic", false},
                             {"el_offline", false}}}});
    if (path == "/eth/v1/beacon/states/head/validators")
        return json(chain_.validators_reply());
    if (path.find("/duties/proposer/") != path.npos)
        return json(chain_.proposer_duties(last_number(path)));
    const uint64_t slot = number_in(target, "slot");
    if (path == "/eth/v1/validator/attestation_data")
        return json_reply({{"data", to_json(chain_.attestation(slot, head_slot_))}});
    if (path.find("aggregate_attestation") != path.npos) {
        AttestationData data = chain_.attestation(slot, head_slot_);
        const auto asked = root_from_hex(*query_value(target, "attestation_data_root"));
        while (data.index < 64 && hash_tree_root(data) != asked)
            ++data.index; // of the committee
        return json_reply({{"data",
                            {{"aggregation_bits", to_hex(Bytes(57, 0xFF))},
                             {"data", to_json(data)},
                             {"signature", chain_.signature(0, "aggregated", slot)}}}});
    }
    if (path == "/eth/v1/validator/sync_committee_contribution")
        return json_reply({{"data",
                            {{"slot", std::to_string(slot)},
                             {"beacon_block_root", *query_value(target, "beacon_block_root")},
                             {"subcommittee_index", *query_value(target, "subcommittee_index")},
                             {"aggregation_bits", "0xffffffffffffffffffffffffffffffff"},
                             {"signature", chain_.signature(0, "contributed", slot)}}}});
    return error_reply(404, "unknown");
}

void SimNode::take(const ApiRequest& request)
{
    const std::string& target = request.target;
    std::optional<Json> list;
    if (request.body.content == Content::kBinary)
        list = json_of_ssz(SszList::kSingleAttestation, bytes_of(request.body.bytes));
    else
        list = parse_json(request.body.bytes);
    if (!list || !list->is_array())
        return;
    for (const Json& one : *list) {
        if (target.find("pool/attestations") != target.npos) {
            take_attestation(one);
        } else if (target.find("pool/sync_committees") != target.npos) {
            const size_t validator = *decimal_at(one, "validator_index") - chain_.index_of(0);
            const uint64_t slot = *decimal_at(one, "slot");
            arrive("sync", slot, validator,
                   one["signature"] == chain_.signature(validator, "sync", slot) &&
                       root_at(one, "beacon_block_root") ==
                           chain_.head(chain_.latest_block(slot)).block);
        } else if (target.find("aggregate_and_proofs") != target.npos) {
            const Json& message = one["message"];
            const size_t validator =
                *decimal_at(message, "aggregator_index") - chain_.index_of(0);
            const uint64_t slot = *decimal_at(message["aggregate"]["data"], "slot");
            arrive("aggregate", slot, validator,
                   one["signature"] == chain_.signature(validator, "aggregate", slot));
        } else if (target.find("contribution_and_proofs") != target.npos) {
            const Json& message = one["message"];
            const size_t validator =
                *decimal_at(message, "aggregator_index") - chain_.index_of(0);
            const uint64_t slot = *decimal_at(message["contribution"], "slot");
            arrive("contribution", slot, validator,
                   one["signature"] == chain_.signature(validator, "contribution", slot));
        }
    }
}

void SimNode::take_attestation(const Json& one)
{
    const auto data = bridge::beacon::attestation_data(one["data"]);
    if (!data)
        return arrive("attestation", 0, 0, false);
    const uint64_t slot = data->slot, epoch = chain_.chain().epoch_of(slot);
    const bool today = chain_.settings().today;
    // In those of the capture a bit says who it is: the client of the tests sets that of the
    // validator's number.
    size_t validator = 0;
    if (today) {
        validator = *decimal_at(one, "attester_index") - chain_.index_of(0);
    } else {
        const auto bits = from_hex(one["aggregation_bits"].get<std::string>());
        while (validator < 8 * bits->size() && !((*bits)[validator / 8] >> validator % 8 & 1))
            ++validator;
    }
    AttestationData right =
        chain_.attestation(slot, data->beacon_block_root == SimChain::root_of("block", slot)
                                     ? slot
                                     : chain_.latest_block(slot - 1));
    right.index = today ? 0 : chain_.committee_of(validator, epoch);
    arrive("attestation", slot, validator,
           *data == right && chain_.duty_slot(validator, epoch) == slot &&
               one["signature"] == chain_.signature(validator, "attestation", slot));
}

void SimNode::arrive(const std::string& kind, uint64_t slot, size_t validator, bool right)
{
    const double start =
        std::chrono::duration<double>(chain_.chain().start_of(slot) - origin_).count();
    const auto head = head_at_s_.find(slot);
    arrivals_.push_back({kind, slot, validator, now_s() - start,
                         now_s() - (head != head_at_s_.end() ? head->second : start), right});
}

} // namespace depinsat::test
