#include "bridge/beacon/api.h"

#include <algorithm>
#include <array>

namespace depinsat::bridge::beacon {
namespace {

using link::Class;
using Due = Submission::Due;

constexpr auto kSubmissions = std::to_array<Submission>({
    {"/eth/v1/beacon/pool/attestations", Class::kDuty, Due::kSlot},
    {"/eth/v2/beacon/pool/attestations", Class::kDuty, Due::kSlot},
    {"/eth/v1/beacon/pool/sync_committees", Class::kTransaction, Due::kAggregate},
    {"/eth/v1/validator/aggregate_and_proofs", Class::kDuty, Due::kSlot},
    {"/eth/v2/validator/aggregate_and_proofs", Class::kDuty, Due::kSlot},
    {"/eth/v1/validator/contribution_and_proofs", Class::kTransaction, Due::kSlot},
    {"/eth/v1/validator/beacon_committee_subscriptions", Class::kInteractive, Due::kEpoch},
    {"/eth/v1/validator/sync_committee_subscriptions", Class::kInteractive, Due::kEpoch},
    {"/eth/v1/validator/prepare_beacon_proposer", Class::kInteractive, Due::kEpoch},
    {"/eth/v1/validator/register_validator", Class::kInteractive, Due::kEpoch},
});

constexpr auto kTopics = std::to_array<std::string_view>({
    "head",
    "chain_reorg",
    "finalized_checkpoint",
    "block",
    "voluntary_exit",
    "attester_slashing",
    "proposer_slashing",
    "bls_to_execution_change",
    "payload_attributes",
    "block_gossip",
});

struct Pattern {
    bool post;
    std::string_view path;
    Endpoint endpoint;
};

/// A path that ends with '/' is followed by a number.
constexpr auto kPatterns = std::to_array<Pattern>({
    {false, "/eth/v1/events", Endpoint::kEvents},
    {false, "/eth/v1/node/health", Endpoint::kHealth},
    {false, "/eth/v1/node/syncing", Endpoint::kSyncing},
    {false, "/eth/v1/beacon/blocks/head/root", Endpoint::kHeadRoot},
    {false, "/eth/v1/node/version", Endpoint::kConstant},
    {false, "/eth/v2/node/version", Endpoint::kConstant},
    {false, "/eth/v1/beacon/genesis", Endpoint::kConstant},
    {false, "/eth/v1/config/spec", Endpoint::kConstant},
    {false, "/eth/v1/config/fork_schedule", Endpoint::kConstant},
    {false, "/eth/v1/config/deposit_contract", Endpoint::kConstant},
    {false, "/eth/v1/beacon/states/head/fork", Endpoint::kPerEpoch},
    {false, "/eth/v1/beacon/states/head/validators", Endpoint::kPerEpoch},
    {true, "/eth/v1/beacon/states/head/validators", Endpoint::kPerEpoch},
    {false, "/eth/v1/validator/duties/proposer/", Endpoint::kProposerDuties},
    {false, "/eth/v2/validator/duties/proposer/", Endpoint::kProposerDuties},
    {true, "/eth/v1/validator/duties/attester/", Endpoint::kAttesterDuties},
    {true, "/eth/v1/validator/duties/sync/", Endpoint::kSyncDuties},
    {false, "/eth/v1/validator/attestation_data", Endpoint::kAttestationData},
    {false, "/eth/v1/validator/aggregate_attestation", Endpoint::kAggregate},
    {false, "/eth/v2/validator/aggregate_attestation", Endpoint::kAggregate},
    {false, "/eth/v2/validator/blocks/", Endpoint::kBlock},
    {false, "/eth/v3/validator/blocks/", Endpoint::kBlock},
    {false, "/eth/v4/validator/blocks/", Endpoint::kBlock},
    {false, "/eth/v1/validator/blinded_blocks/", Endpoint::kBlock},
    {true, "/eth/v1/beacon/blocks", Endpoint::kPublish},
    {true, "/eth/v2/beacon/blocks", Endpoint::kPublish},
    {true, "/eth/v1/beacon/blinded_blocks", Endpoint::kPublish},
    {true, "/eth/v2/beacon/blinded_blocks", Endpoint::kPublish},
});

std::optional<Route> match(const Pattern& pattern, bool post, std::string_view path)
{
    if (pattern.post != post)
        return {};
    if (!pattern.path.ends_with('/'))
        return path == pattern.path ? std::optional(Route{pattern.endpoint, 0}) : std::nullopt;
    if (!path.starts_with(pattern.path))
        return {};
    const auto number = from_decimal(path.substr(pattern.path.size()));
    return number ? std::optional(Route{pattern.endpoint, *number}) : std::nullopt;
}

std::string unescaped(std::string_view text)
{
    std::string out;
    for (size_t i = 0; i < text.size(); ++i) {
        const auto byte = text[i] == '%' && i + 2 < text.size()
                              ? from_hex("0x" + std::string(text.substr(i + 1, 2)))
                              : std::nullopt;
        if (!byte) {
            out += text[i] == '+' ? ' ' : text[i];
            continue;
        }
        out += char(byte->front());
        i += 2;
    }
    return out;
}

/// Calls with the name and the value of every parameter.
template <class Each>
void each_parameter(std::string_view target, Each each)
{
    const size_t mark = target.find('?');
    std::string_view rest = mark == target.npos ? "" : target.substr(mark + 1);
    while (!rest.empty()) {
        const std::string_view one = rest.substr(0, rest.find('&'));
        rest.remove_prefix(std::min(one.size() + 1, rest.size()));
        const size_t equals = std::min(one.find('='), one.size());
        each(one.substr(0, equals),
             unescaped(equals < one.size() ? one.substr(equals + 1) : ""));
    }
}

} // namespace

ApiReply error_reply(unsigned status, std::string_view message)
{
    return {status, {Content::kJson, error_body(status, message)}, {}};
}

ApiReply json_reply(const Json& json)
{
    return {200, {Content::kJson, dump(json)}, {}};
}

std::optional<Route> route_of(bool post, std::string_view target)
{
    const std::string_view path = target.substr(0, target.find('?'));
    if (!path.starts_with("/eth/") || path.find("..") != path.npos)
        return {};
    if (post)
        for (size_t i = 0; i < kSubmissions.size(); ++i)
            if (kSubmissions[i].path == path)
                return Route{Endpoint::kSubmission, i};
    for (const Pattern& pattern : kPatterns)
        if (const auto route = match(pattern, post, path))
            return route;
    return Route{};
}

std::span<const Submission> submissions()
{
    return kSubmissions;
}

std::string attestation_target(uint64_t slot)
{
    return "/eth/v1/validator/attestation_data?slot=" + std::to_string(slot) +
           "&committee_index=0";
}

std::optional<std::string> query_value(std::string_view target, std::string_view name)
{
    std::optional<std::string> found;
    each_parameter(target, [&](std::string_view key, std::string value) {
        if (key == name && !found)
            found = std::move(value);
    });
    return found;
}

std::vector<std::string> topics_of(std::string_view target)
{
    std::vector<std::string> all;
    each_parameter(target, [&](std::string_view key, const std::string& value) {
        if (key != "topics")
            return;
        for (size_t at = 0; at <= value.size();) {
            const size_t end = std::min(value.find(',', at), value.size());
            if (end > at)
                all.push_back(value.substr(at, end - at));
            at = end + 1;
        }
    });
    return all;
}

std::span<const std::string_view> topics()
{
    return kTopics;
}

} // namespace depinsat::bridge::beacon
