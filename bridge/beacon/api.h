#pragma once

#include "bridge/beacon/body.h"

#include "depinsat/link/link.h"

#include <functional>
#include <string_view>
#include <utility>

/// The Beacon API as validator clients use it: what is asked, what is answered, and how each
/// endpoint is dealt with.
namespace depinsat::bridge::beacon {

/// A request of a validator client, or one to a beacon node.
struct ApiRequest {
    bool post = false;      ///< or GET
    std::string target;     ///< path and query
    bool wants_ssz = false; ///< Accept prefers application/octet-stream
    std::string fork;       ///< Eth-Consensus-Version; may be empty
    Body body;              ///< kJson or kBinary as Content-Type says
};

/// Fields of a reply that clients rely on, by number on the wire; new ones go to the end.
inline constexpr std::string_view kReplyFields[] = {
    "Eth-Consensus-Version", "Eth-Execution-Payload-Blinded", "Eth-Execution-Payload-Value",
    "Eth-Consensus-Block-Value"};

struct ApiReply {
    unsigned status = 200;
    Body body;
    std::vector<std::pair<std::string, std::string>> fields; ///< of kReplyFields, and our own
};
using Respond = std::function<void(ApiReply)>;

ApiReply error_reply(unsigned status, std::string_view message);
ApiReply json_reply(const Json&);

/// What a path is for.
enum class Endpoint : uint8_t {
    kEvents,
    kHealth,
    kSyncing,
    kHeadRoot,
    kAttestationData,
    kSubmission,     ///< one of submissions()
    kProposerDuties, ///< cached by dependent root
    kAttesterDuties, ///< likewise
    kSyncDuties,     ///< cached for a period
    kConstant,       ///< cached for long: genesis, spec, version
    kPerEpoch,       ///< cached until the head is of another epoch
    kAggregate,      ///< to be checked against what was asked for
    kBlock,          ///< to be proposed: GET
    kPublish,        ///< a block: POST
    kOther,          ///< goes over the link each time
};

struct Route {
    Endpoint endpoint = Endpoint::kOther;
    uint64_t number = 0; ///< epoch of duties; index of the submission
};

/// @return nothing for what the bridge does not carry: other methods, paths outside of /eth/.
std::optional<Route> route_of(bool post, std::string_view target);

/// Lists that validators post and of which they only have to know that they arrived.
struct Submission {
    std::string_view path;
    link::Class message_class;
    enum class Due : uint8_t { kSlot, kAggregate, kEpoch } due;
};
std::span<const Submission> submissions();

/// Where the attestation data of a slot is asked for.
std::string attestation_target(uint64_t slot);

/// The value of a parameter of the query, percent signs undone.
std::optional<std::string> query_value(std::string_view target, std::string_view name);

/// All topics of GET /eth/v1/events?topics=a,b&topics=c.
std::vector<std::string> topics_of(std::string_view target);

/// Topics that are carried, by number on the wire; `head` is 0.
std::span<const std::string_view> topics();

} // namespace depinsat::bridge::beacon
